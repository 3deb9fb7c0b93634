//! Storing a request for access.

use chrono::{DateTime, Utc};
use mesh_api::{AgreementAction, AgreementEvent, AgreementStatus, RequestAccess, RuleQuestion};
use serde_json::json;
use sqlx::{AnyConnection, Row as _};

use super::super::audit::{self, Entry};
use super::{
    BY_ITSELF, ONE, StoredAgreement, add_event, announce, id, is_served, move_revision, read, signed, text, written,
};
use crate::agreement::terms::Terms;
use crate::store::{Store, StoreError};

/// Requests of one principal that may wait for a decision at once.
const OPEN_MAX: i64 = 1000;

/// A request to store.
pub(crate) struct NewAgreement<'a> {
    pub(crate) principal: &'a str,
    pub(crate) key: Option<&'a str>,
    pub(crate) request: &'a RequestAccess,
    pub(crate) terms: &'a Terms,
    /// What bank-wide rules were asked, and those of them that only warn.
    pub(crate) question: &'a RuleQuestion,
    pub(crate) warned: &'a [String],
    pub(crate) at: DateTime<Utc>,
}

/// What storing a request came to.
pub(crate) enum Requested {
    New(i64),
    /// The same request was made under the same key.
    Known(i64),
    /// Another request was made under the same key.
    KeyTaken(i64),
    /// As many requests of this principal as may wait do.
    TooMany,
    /// No version of the major is in force any more.
    NotServed,
}

impl Store {
    /// Stores a request, and grants it when the contract's terms do.
    pub(crate) async fn store_request(&self, new: &NewAgreement<'_>) -> Result<Requested, StoreError> {
        let mut transaction = self.database.write().await?;
        // This row makes requests queue, so that of two under one key the second sees the first.
        let next = sqlx::query("UPDATE agreement_numbers SET last = last + 1 RETURNING last");
        let number: i64 = next.fetch_one(&mut *transaction).await?.try_get("last")?;
        if let Some(known) = new.known(&mut transaction).await? {
            transaction.rollback().await?;
            return Ok(known);
        }
        let granted = new.terms.approves(&new.request.purposes, new.at, new.request.until);
        audit::append(&mut transaction, &new.entry(number, granted)).await?;
        if !is_served(&mut transaction, &new.request.port, new.request.major).await? {
            transaction.rollback().await?;
            return Ok(Requested::NotServed);
        }
        new.insert(&mut transaction, number, granted).await?;
        let row = sqlx::query(ONE).bind(number).fetch_one(&mut *transaction).await?;
        let StoredAgreement { summary, .. } = read(&row)?;
        let mut newest = new.event();
        add_event(&mut transaction, number, &newest, Some(new.question)).await?;
        if granted {
            newest = new.approval();
            add_event(&mut transaction, number, &newest, None).await?;
            move_revision(&mut transaction, new.request.port.domain()).await?;
        }
        announce(&mut transaction, &summary, &newest).await?;
        self.database.commit(transaction).await?;
        Ok(Requested::New(number))
    }
}

impl NewAgreement<'_> {
    /// What makes this request none of its own.
    async fn known(&self, connection: &mut AnyConnection) -> Result<Option<Requested>, StoreError> {
        if let Some(key) = self.key {
            let found = sqlx::query("SELECT number, request FROM agreements WHERE principal = $1 AND request_key = $2")
                .bind(self.principal)
                .bind(key)
                .fetch_optional(&mut *connection)
                .await?;
            if let Some(row) = found {
                let (number, same) = (row.try_get("number")?, text(&row, "request")? == written(self.request));
                return Ok(Some(if same { Requested::Known(number) } else { Requested::KeyTaken(number) }));
            }
        }
        let open = sqlx::query(
            "SELECT COUNT(*) AS open FROM agreements WHERE principal = $1 AND status = $2 AND until_us > $3",
        )
        .bind(self.principal)
        .bind(AgreementStatus::Requested.as_str())
        .bind(self.at.timestamp_micros())
        .fetch_one(connection)
        .await?;
        Ok((open.try_get::<i64, _>("open")? >= OPEN_MAX).then_some(Requested::TooMany))
    }

    async fn insert(&self, connection: &mut AnyConnection, number: i64, granted: bool) -> Result<(), StoreError> {
        let RequestAccess { port, major, purposes, columns, until, .. } = self.request;
        let (at_us, until_us) = (self.at.timestamp_micros(), until.timestamp_micros());
        let status = if granted { AgreementStatus::Active } else { AgreementStatus::Requested };
        sqlx::query(
            "INSERT INTO agreements (number, domain, port, major, principal, request_key, request, purposes, wanted_columns, \
             granted_columns, classification, needs_governance, status, until_us, starts_us, expires_us, \
             requested_at_us, revision) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        )
        .bind(number)
        .bind(port.domain())
        .bind(port.port())
        .bind(signed(*major))
        .bind(self.principal)
        .bind(self.key)
        .bind(written(self.request))
        .bind(written(purposes))
        .bind(columns.as_ref().map(written))
        .bind(granted.then(|| written(&self.terms.columns)))
        .bind(self.terms.classification_word())
        .bind(i64::from(self.terms.needs_governance()))
        .bind(status.as_str())
        .bind(until_us)
        .bind(granted.then_some(at_us))
        .bind(granted.then_some(until_us))
        .bind(at_us)
        .bind(if granted { 2_i64 } else { 1 })
        .execute(connection)
        .await?;
        Ok(())
    }

    fn entry(&self, number: i64, granted: bool) -> Entry<'_> {
        let RequestAccess { port, major, purposes, columns, until, reason } = self.request;
        Entry {
            at: self.at,
            actor: self.principal,
            action: "agreement.request",
            subject: id(number),
            detail: json!({
                "port": port, "major": major, "purposes": purposes, "columns": columns, "until": until, "reason": reason,
                "contract": self.terms.version.to_string(), "classification": self.terms.classification_word(),
                "granted": granted, "warned": self.warned,
            }),
        }
    }

    fn event(&self) -> AgreementEvent {
        AgreementEvent {
            number: 1,
            at: self.at,
            actor: self.principal.to_owned(),
            action: AgreementAction::Request,
            reason: self.request.reason.clone(),
            status: AgreementStatus::Requested,
        }
    }

    fn approval(&self) -> AgreementEvent {
        AgreementEvent {
            number: 2,
            at: self.at,
            actor: BY_ITSELF.to_owned(),
            action: AgreementAction::ApproveByRule,
            reason: by_rule(self.terms),
            status: AgreementStatus::Active,
        }
    }
}

/// Why something was approved by itself.
pub(super) fn by_rule(terms: &Terms) -> String {
    format!("version {} of the contract approves it in advance", terms.version)
}
