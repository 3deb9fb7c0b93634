//! What the commands on the audit trail share: which records.

use chrono::{DateTime, Utc};
use clap::Args;
use mesh_api::{AuditQuery, AuditRecord, Client, PageRequest};

use crate::failure::Failure;
use crate::service_errors;

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
        let mut records = Vec::new();
        self.read_by_page(client, |page| {
            records.extend(page);
            Ok(())
        })
        .await?;
        Ok(records)
    }

    /// As [`Which::read`], page by page: the whole trail need not fit into memory.
    ///
    /// # Errors
    /// As [`Which::read`], and as `take`.
    pub(super) async fn read_by_page(
        &self,
        client: &Client,
        mut take: impl FnMut(Vec<AuditRecord>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Self { actor, action, subject, since, until } = self.clone();
        let limit = Some(PageRequest::LIMIT_MAX);
        let mut query = AuditQuery { actor, action, subject, since, until, after: None, cursor: None, limit };
        loop {
            let page = client.audit(&query).await.map_err(service_errors::governance)?;
            take(page.items)?;
            query.cursor = page.next;
            if query.cursor.is_none() {
                return Ok(());
            }
        }
    }
}
