//! What can be wrong with checking itself.

use datafusion::error::DataFusionError;
use mesh_contract::Code;

use super::report::CheckReport;
use crate::ErrorKind;

/// Why checks could not be made, or what they found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A rule cannot be run as it is written.
    #[error("rule `{rule}` cannot be checked: {what}")]
    Rule {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        what: String,
    },
    /// The data could not be read or computed on.
    #[error("the checks could not run: {0}")]
    Run(#[from] DataFusionError),
    /// A row that the table cannot hold.
    #[error("column `{column}` is required and has no value")]
    MissingValue {
        /// The column, or the path of the member.
        column: String,
    },
    /// The data breaks the contract.
    #[error("{0}")]
    Failed(Box<CheckReport>),
}

impl CheckError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Rule { .. } => 1030,
            Self::Failed(_) | Self::MissingValue { .. } => 1031,
            Self::Run(_) => 1032,
        })
    }

    /// Kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Rule { .. } | Self::Failed(_) | Self::MissingValue { .. } => ErrorKind::Invalid,
            Self::Run(error) if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)) => {
                ErrorKind::Exhausted
            }
            Self::Run(_) => ErrorKind::Internal,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Rule { .. } => Some("correct the rule in the contract".into()),
            Self::Failed(_) | Self::MissingValue { .. } => {
                Some("correct the data or the model; the old snapshot stays in service".into())
            }
            Self::Run(_) => None,
        }
    }
}
