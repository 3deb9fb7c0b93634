//! What the commands on the audit trail share: which records.

use chrono::{DateTime, Utc};
use clap::Args;
use mesh_api::{AuditQuery, AuditRecord, Client, PageRequest};

use crate::failure::Failure;
use crate::governance_client::all_pages;

/// Which records.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Which {
    /// Only what this principal did (`rules` did what the rules decided on their own)
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,

    /// Only this action, such as contract.approve
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,

    /// Only on this subject, such as 'lending.loans 1.0.0'
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// Only from then on, a time with its offset
    #[arg(long, value_name = "TIME")]
    since: Option<DateTime<Utc>>,

    /// Only before then, a time with its offset
    #[arg(long, value_name = "TIME")]
    until: Option<DateTime<Utc>>,
}

impl Which {
    /// The records, oldest first.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(super) async fn read(&self, client: &Client) -> Result<Vec<AuditRecord>, Failure> {
        let read = async |page: PageRequest| {
            let query = AuditQuery {
                actor: self.actor.clone(),
                action: self.action.clone(),
                subject: self.subject.clone(),
                since: self.since,
                until: self.until,
                after: None,
                cursor: page.cursor,
                limit: page.limit,
            };
            client.audit(&query).await
        };
        all_pages(read).await
    }
}
