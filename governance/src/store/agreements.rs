//! Access agreements and what happened to them.

mod feed;
mod list;
mod request;
mod step;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_api::{
    AgreementAction, AgreementDetail, AgreementEvent, AgreementStatus, AgreementSummary, EventKind, RuleQuestion,
};
use mesh_contract::PortName;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::events::{self, NewEvent};
use super::{Store, StoreError, port_name, text};
use crate::agreement::decider::Approvals;
use crate::agreement::life::State;

pub(crate) use list::{Listing, Sight};
pub(crate) use request::{NewAgreement, Requested};
pub(crate) use step::{Step, Stepped};

/// The actor of what happens by itself.
pub(crate) const BY_ITSELF: &str = "governance";

/// An agreement as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredAgreement {
    pub(crate) number: i64,
    pub(crate) summary: AgreementSummary,
    /// The columns that were asked for; all when absent.
    pub(crate) wanted: Option<BTreeSet<String>>,
    pub(crate) approvals: Approvals,
}

impl StoredAgreement {
    fn state(&self) -> State {
        State {
            status: self.summary.status,
            by_owner: self.approvals.owner.is_some(),
            by_governance: self.approvals.governance.is_some(),
        }
    }

    /// Since when it is over though it is not marked so; `None` while it is not over, or when it is marked.
    pub(crate) fn overdue(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let end = match self.summary.status {
            AgreementStatus::Requested => Some(self.summary.until),
            AgreementStatus::Active | AgreementStatus::Renewing => self.summary.expires,
            AgreementStatus::Rejected | AgreementStatus::Revoked | AgreementStatus::Expired => None,
        };
        end.filter(|end| *end <= now)
    }

    /// The summary as it is true at `now`: what is over is not in force, marked or not.
    pub(crate) fn shown(mut self, now: DateTime<Utc>) -> AgreementSummary {
        if self.overdue(now).is_some() {
            self.summary.status = AgreementStatus::Expired;
        }
        self.summary
    }
}

/// A query for agreements; the tail says which.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT number, domain, port, major, principal, purposes, wanted_columns, granted_columns, classification, ",
            "needs_governance, status, approved_by_owner, approved_by_governance, until_us, starts_us, expires_us, ",
            "requested_at_us, revision FROM agreements ",
            $tail
        )
    };
}
use select;

const ONE: &str = select!("WHERE number = $1");

impl Store {
    /// One agreement as it is stored.
    pub(crate) async fn agreement(&self, number: i64) -> Result<Option<StoredAgreement>, StoreError> {
        let row = sqlx::query(ONE).bind(number).fetch_optional(self.database.reader()).await?;
        row.as_ref().map(read).transpose()
    }

    /// One agreement as it is true at `now`, with all that happened to it.
    pub(crate) async fn agreement_detail(
        &self,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<AgreementDetail>, StoreError> {
        // The summary first: events that are added meanwhile are then cut off below.
        let Some(stored) = self.agreement(number).await? else { return Ok(None) };
        let rows = sqlx::query(
            "SELECT number, at_us, actor, action, reason, status FROM agreement_events \
             WHERE agreement = $1 AND number <= $2 ORDER BY number",
        )
        .bind(number)
        .bind(signed(stored.summary.revision))
        .fetch_all(self.database.reader())
        .await?;
        let events = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(AgreementDetail { summary: stored.shown(now), events }))
    }
}

/// Adds an event to those of an agreement. `question` is what bank-wide rules were asked before it.
async fn add_event(
    connection: &mut AnyConnection,
    agreement: i64,
    event: &AgreementEvent,
    question: Option<&RuleQuestion>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO agreement_events (agreement, number, at_us, actor, action, reason, status, question) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(agreement)
    .bind(signed(event.number))
    .bind(event.at.timestamp_micros())
    .bind(&event.actor)
    .bind(event.action.as_str())
    .bind(&event.reason)
    .bind(event.status.as_str())
    .bind(question.map(written))
    .execute(connection)
    .await?;
    Ok(())
}

/// Tells the outbox of an agreement's newest event. It goes last in a transaction.
async fn announce(
    connection: &mut AnyConnection,
    agreement: &AgreementSummary,
    event: &AgreementEvent,
) -> Result<(), StoreError> {
    let announced = NewEvent {
        kind: EventKind::AgreementChanged,
        at: event.at,
        actor: &event.actor,
        domain: agreement.port.domain(),
        port: Some(agreement.port.port()),
        rule: None,
        private_to: Some(&agreement.principal),
        detail: json!({
            "agreement": agreement.id,
            "major": agreement.major,
            "principal": agreement.principal,
            "action": event.action,
            "status": event.status,
        }),
    };
    events::append(connection, &announced).await
}

/// Moves the revision of what is granted over a domain's ports.
async fn move_revision(connection: &mut AnyConnection, domain: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO grant_revisions (domain, revision) VALUES ($1, 1) \
         ON CONFLICT (domain) DO UPDATE SET revision = grant_revisions.revision + 1",
    )
    .bind(domain)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether a version of the port's major is in force. Read behind the audit record, it stays so until the commit.
async fn is_served(connection: &mut AnyConnection, port: &PortName, major: u64) -> Result<bool, StoreError> {
    let found = sqlx::query(
        "SELECT version FROM contract_versions WHERE domain = $1 AND port = $2 AND major = $3 \
         AND status IN ('active', 'deprecated') LIMIT 1",
    )
    .bind(port.domain())
    .bind(port.port())
    .bind(signed(major))
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// The identity of the agreement with that number.
pub(crate) fn id(number: i64) -> String {
    format!("agr-{number}")
}

/// The number in an agreement's identity.
pub(crate) fn number(id: &str) -> Option<i64> {
    let digits = id.strip_prefix("agr-")?;
    let number = digits.parse().ok()?;
    // One agreement has one identity: `agr-07` is none.
    (number > 0 && digits == i64::to_string(&number)).then_some(number)
}

fn read(row: &AnyRow) -> Result<StoredAgreement, StoreError> {
    let number: i64 = row.try_get("number")?;
    let status = text(row, "status")?;
    let status = AgreementStatus::parse(&status).ok_or(StoreError::Corrupt { column: "status", value: status })?;
    let wanted = columns(row, "wanted_columns")?;
    let summary = AgreementSummary {
        id: id(number),
        port: port_name(row)?,
        major: unsigned(row, "major")?,
        principal: text(row, "principal")?,
        purposes: list("purposes", text(row, "purposes")?)?,
        columns: columns(row, "granted_columns")?.or_else(|| wanted.clone()),
        classification: text(row, "classification")?,
        needs_governance: row.try_get::<i64, _>("needs_governance")? != 0,
        status,
        until: time("until_us", row.try_get("until_us")?)?,
        starts: optional_time(row, "starts_us")?,
        expires: optional_time(row, "expires_us")?,
        requested_at: time("requested_at_us", row.try_get("requested_at_us")?)?,
        revision: unsigned(row, "revision")?,
    };
    let approvals =
        Approvals { owner: row.try_get("approved_by_owner")?, governance: row.try_get("approved_by_governance")? };
    Ok(StoredAgreement { number, summary, wanted, approvals })
}

fn event(row: &AnyRow) -> Result<AgreementEvent, StoreError> {
    let (action, status) = (text(row, "action")?, text(row, "status")?);
    Ok(AgreementEvent {
        number: unsigned(row, "number")?,
        at: time("at_us", row.try_get("at_us")?)?,
        actor: text(row, "actor")?,
        action: AgreementAction::parse(&action).ok_or(StoreError::Corrupt { column: "action", value: action })?,
        reason: text(row, "reason")?,
        status: AgreementStatus::parse(&status).ok_or(StoreError::Corrupt { column: "status", value: status })?,
    })
}

fn columns(row: &AnyRow, column: &'static str) -> Result<Option<BTreeSet<String>>, StoreError> {
    row.try_get::<Option<String>, _>(column)?.map(|value| list(column, value)).transpose()
}

fn list(column: &'static str, value: String) -> Result<BTreeSet<String>, StoreError> {
    serde_json::from_str(&value).map_err(|_| StoreError::Corrupt { column, value })
}

fn optional_time(row: &AnyRow, column: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
    row.try_get::<Option<i64>, _>(column)?.map(|value| time(column, value)).transpose()
}

fn time(column: &'static str, value: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_micros(value).ok_or_else(|| StoreError::Corrupt { column, value: value.to_string() })
}

fn unsigned(row: &AnyRow, column: &'static str) -> Result<u64, StoreError> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|_| StoreError::Corrupt { column, value: value.to_string() })
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A list as it is stored.
fn written(value: &impl Serialize) -> String {
    // Texts in a list: there is nothing that JSON cannot say.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_has_one_identity() {
        assert_eq!(number(&id(42)), Some(42));
        for other in ["", "42", "agr-", "agr-042", "agr-+42", "agr--1", "agr-0", "agr-99999999999999999999", "AGR-1"] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
