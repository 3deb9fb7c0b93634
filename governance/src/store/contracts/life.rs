//! The steps of contract versions' lives, as they are read and written within a transaction.

use chrono::{DateTime, Utc};
use mesh_api::{EventKind, Transition};
use mesh_contract::PortName;
use serde_json::json;
use sqlx::{AnyConnection, Row as _};

use crate::lifecycle::{Standing, Step};
use crate::store::audit::{self, Entry};
use crate::store::events::{self, NewEvent};
use crate::store::{StoreError, status, text, time_or_none, version};

/// Who acts when the rules decide on their own.
const RULES: &str = "rules";

/// Of which port, by whom, why and when steps are taken.
pub(super) struct Cause<'a> {
    pub(super) port: &'a PortName,
    pub(super) actor: &'a str,
    pub(super) reason: &'a str,
    pub(super) at: DateTime<Utc>,
    /// Consumers whom the asked step concerns.
    pub(super) concerns: Vec<String>,
}

impl Cause<'_> {
    fn actor<'a>(&'a self, step: &Step) -> &'a str {
        if step.rules.is_some() { RULES } else { self.actor }
    }

    fn reason<'a>(&'a self, step: &'a Step) -> &'a str {
        step.rules.as_deref().unwrap_or(self.reason)
    }

    fn concerns(&self, step: &Step) -> &[String] {
        if step.rules.is_some() { &[] } else { &self.concerns }
    }
}

/// Every version of a port, as far as transitions depend on it.
pub(super) async fn standings(connection: &mut AnyConnection, port: &PortName) -> Result<Vec<Standing>, StoreError> {
    let rows = sqlx::query(
        "SELECT version, status, needs_review, registered_by, sunset_us FROM contract_versions \
         WHERE domain = $1 AND port = $2",
    )
    .bind(port.domain())
    .bind(port.port())
    .fetch_all(connection)
    .await?;
    let standing = |row| {
        Ok(Standing {
            version: version(row, "version")?,
            status: status(row)?,
            needs_review: row.try_get::<i64, _>("needs_review")? != 0,
            proposer: text(row, "registered_by")?,
            sunset: time_or_none(row, "sunset_us")?,
        })
    };
    rows.iter().map(standing).collect()
}

/// Writes steps into the audit trail; before they are taken.
pub(super) async fn record(
    connection: &mut AnyConnection,
    cause: &Cause<'_>,
    steps: &[Step],
) -> Result<(), StoreError> {
    for step in steps {
        let reason = cause.reason(step);
        let detail = match step.sunset {
            Some(sunset) => json!({"reason": reason, "sunset": sunset, "concerns": cause.concerns(step)}),
            None => json!({"reason": reason}),
        };
        let (actor, subject) = (cause.actor(step), format!("{} {}", cause.port, step.version));
        let action = match step.transition {
            Transition::Propose => "contract.register",
            Transition::Approve => "contract.approve",
            Transition::Reject => "contract.reject",
            Transition::Activate => "contract.activate",
            Transition::Deprecate => "contract.deprecate",
            Transition::Retire => "contract.retire",
        };
        audit::append(connection, &Entry { at: cause.at, actor, action, subject, detail }).await?;
    }
    Ok(())
}

/// Takes steps, each of which is an event of its version.
pub(super) async fn apply(connection: &mut AnyConnection, cause: &Cause<'_>, steps: &[Step]) -> Result<(), StoreError> {
    for step in steps {
        let at_us = cause.at.timestamp_micros();
        let sunset_us = step.sunset.map(|sunset| sunset.timestamp_micros());
        let row = sqlx::query(
            "UPDATE contract_versions SET status = $4, revision = revision + 1, \
             sunset_us = COALESCE($5, sunset_us), accepted_at_us = COALESCE($6, accepted_at_us) \
             WHERE domain = $1 AND port = $2 AND version = $3 RETURNING revision",
        )
        .bind(cause.port.domain())
        .bind(cause.port.port())
        .bind(step.version.to_string())
        .bind(step.transition.status().as_str())
        .bind(sunset_us)
        .bind((step.transition == Transition::Activate).then_some(at_us))
        .fetch_one(&mut *connection)
        .await?;
        sqlx::query(
            "INSERT INTO version_events (domain, port, version, number, transition, at_us, actor, reason, sunset_us, \
             concerns) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(cause.port.domain())
        .bind(cause.port.port())
        .bind(step.version.to_string())
        .bind(row.try_get::<i64, _>("revision")?)
        .bind(step.transition.as_str())
        .bind(at_us)
        .bind(cause.actor(step))
        .bind(cause.reason(step))
        .bind(sunset_us)
        .bind(json!(cause.concerns(step)).to_string())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Tells subscribers of steps; `before` are the port's versions before them.
pub(super) async fn announce(
    connection: &mut AnyConnection,
    cause: &Cause<'_>,
    before: &[Standing],
    steps: &[Step],
) -> Result<(), StoreError> {
    for step in steps {
        let from = before.iter().find(|standing| standing.version == step.version).map(|standing| standing.status);
        let (version, to) = (step.version.to_string(), step.transition.status());
        let detail = match step.sunset {
            Some(sunset) => json!({"version": version, "from": from, "to": to, "sunset": sunset}),
            None => json!({"version": version, "from": from, "to": to}),
        };
        let event = NewEvent {
            kind: EventKind::ContractStatusChanged,
            at: cause.at,
            actor: cause.actor(step),
            domain: cause.port.domain(),
            port: Some(cause.port.port()),
            rule: None,
            private_to: None,
            detail,
        };
        events::append(connection, &event).await?;
    }
    Ok(())
}
