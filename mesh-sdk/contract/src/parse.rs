//! Parsing contracts.

use crate::diagnostic::Report;
use crate::model::Contract;
use crate::resolve;

impl Contract {
    /// Reads a contract; `file` names it in messages and is not opened.
    ///
    /// # Errors
    /// The report of everything that is wrong, warnings included.
    pub fn parse(file: &str, text: &str) -> Result<Self, Report> {
        match Self::lint(file, text) {
            (Some(contract), _) => Ok(contract),
            (None, report) => Err(report),
        }
    }

    /// Reads a contract and reports warnings too: what is allowed and leaves its consumers guessing.
    #[must_use]
    pub fn lint(file: &str, text: &str) -> (Option<Self>, Report) {
        match resolve::open(file, text) {
            Ok(document) => {
                let (contract, faults) = resolve::resolve(&document);
                (contract, Report::new(file, text, faults))
            }
            Err(report) => (None, report),
        }
    }
}
