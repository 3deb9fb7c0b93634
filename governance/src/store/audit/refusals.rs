//! Refused attempts, as records.

use chrono::{DateTime, Utc};
use mesh_api::AuditRecord;
use serde_json::json;

use super::{Entry, append_all};
use crate::store::{Store, StoreError};

/// An attempt that was refused, or several like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Who tried.
    pub(crate) principal: String,
    /// What, as method and path of the newest attempt.
    pub(crate) subject: String,
    /// Code of the refusal.
    pub(crate) code: String,
    /// Why it was refused, of the newest attempt.
    pub(crate) reason: String,
    /// How many attempts it stands for.
    pub(crate) times: u64,
}

impl Store {
    /// Records refused attempts.
    pub(crate) async fn record_refusals(&self, refusals: &[Refusal], at: DateTime<Utc>) -> Result<(), StoreError> {
        let entries: Vec<_> = refusals.iter().map(|refusal| refusal.entry(at)).collect();
        let mut transaction = self.database.write().await?;
        append_all(&mut transaction, &entries).await?;
        self.database.commit(transaction).await
    }
}

impl Refusal {
    fn entry(&self, at: DateTime<Utc>) -> Entry<'_> {
        Entry {
            at,
            actor: &self.principal,
            action: AuditRecord::REFUSE,
            subject: self.subject.clone(),
            detail: json!({"code": self.code, "reason": self.reason, "times": self.times}),
        }
    }
}
