//! Operations on bank-wide rules.

use super::{Client, ClientError};
use crate::page::{Page, PageRequest};
use crate::rule::{ProposeRules, RuleSetDetail, RuleSetSummary, StageRules, TriedRules, TryRules};

impl Client {
    /// Proposes a version of the bank's rules.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the text is no set of rules, or the caller is not of governance; otherwise as
    /// [`ClientError`] says.
    pub async fn propose_rules(&self, request: &ProposeRules) -> Result<RuleSetDetail, ClientError> {
        self.post(self.url(&["rules"]), request).await
    }

    /// Versions of the bank's rules, newest first.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn rule_sets(&self, page: &PageRequest) -> Result<Page<RuleSetSummary>, ClientError> {
        self.get(super::catalog::paged(self.url(&["rules"]), page)).await
    }

    /// One version of the bank's rules.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when there is none; otherwise as [`ClientError`] says.
    pub async fn rules(&self, version: u64) -> Result<RuleSetDetail, ClientError> {
        self.get(self.url(&["rules", &version.to_string()])).await
    }

    /// Moves a version of the bank's rules to a stage.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when it is not ready for that stage, or the caller is not of governance; otherwise as
    /// [`ClientError`] says.
    pub async fn stage_rules(&self, version: u64, request: &StageRules) -> Result<RuleSetDetail, ClientError> {
        self.post(self.url(&["rules", &version.to_string(), "stage"]), request).await
    }

    /// What rules would have refused of what went through.
    ///
    /// # Errors
    /// As [`Client::propose_rules`].
    pub async fn try_rules(&self, request: &TryRules) -> Result<TriedRules, ClientError> {
        self.post(self.url(&["rules", "try"]), request).await
    }
}
