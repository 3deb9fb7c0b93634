//! Storing a step in an agreement's life.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_api::{AgreementAction as Action, AgreementEvent, AgreementStatus, AgreementSummary, RuleQuestion};
use serde_json::json;
use sqlx::AnyConnection;

use super::super::audit::{self, Entry};
use super::request::by_rule;
use super::{
    BY_ITSELF, ONE, StoredAgreement, add_event, announce, id, is_served, move_revision, read, signed, written,
};
use crate::agreement::decider::Approvals;
use crate::agreement::life::State;
use crate::agreement::terms::Terms;
use crate::store::{Store, StoreError};

/// Most events of one agreement. Its end is always one of them: only renewals are held to this.
const EVENTS_MAX: u64 = 1000;

/// A step to take.
pub(crate) struct Step<'a> {
    pub(crate) number: i64,
    /// The revision that whoever takes the step has seen.
    pub(crate) seen: u64,
    pub(crate) action: Action,
    pub(crate) actor: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) at: DateTime<Utc>,
    /// Until when, for a renewal.
    pub(crate) until: Option<DateTime<Utc>>,
    /// What the contract says now, for whatever may end in a grant.
    pub(crate) terms: Option<&'a Terms>,
    /// What bank-wide rules were asked, and those of them that only warn.
    pub(crate) asked: Option<(&'a RuleQuestion, &'a [String])>,
}

/// What a step came to.
#[derive(Debug)]
pub(crate) enum Stepped {
    Done,
    /// The agreement is not as it was seen.
    Changed,
    /// There is no such step from this status.
    Illegal(AgreementStatus),
    /// It was renewed too often.
    TooMany,
    /// No version of the major is in force any more.
    NotServed,
}

impl Store {
    /// Takes a step. Of several that have seen the same revision, one is taken.
    pub(crate) async fn step_agreement(&self, step: &Step<'_>) -> Result<Stepped, StoreError> {
        let mut transaction = self.database.write().await?;
        // From here on no other writer is at work: what is read below is what it is until the commit.
        audit::append(&mut transaction, &step.entry()).await?;
        let row = sqlx::query(ONE).bind(step.number).fetch_one(&mut *transaction).await?;
        let before = read(&row)?;
        let after = match step.outcome(&before) {
            Ok(after) => after,
            Err(refused) => {
                transaction.rollback().await?;
                return Ok(refused);
            }
        };
        let asks_for_access = step.terms.is_some();
        if asks_for_access && !is_served(&mut transaction, &before.summary.port, before.summary.major).await? {
            transaction.rollback().await?;
            return Ok(Stepped::NotServed);
        }
        let renewed_by_rule = step.renews_by_rule(&before);
        let mut after = Change::new(step, &before, after);
        after.write(&mut transaction, step.number, step.asked.map(|(question, _)| question)).await?;
        if let Some(terms) = renewed_by_rule {
            after = after.approved_by_rule(step, terms);
            after.write(&mut transaction, step.number, None).await?;
        }
        if before.summary.status.in_force() || after.summary.status.in_force() {
            move_revision(&mut transaction, before.summary.port.domain()).await?;
        }
        announce(&mut transaction, &after.summary, &after.event).await?;
        self.database.commit(transaction).await?;
        Ok(Stepped::Done)
    }

    /// Marks an agreement as over.
    pub(crate) async fn expire_agreement(
        &self,
        stored: &StoredAgreement,
        ended: DateTime<Utc>,
    ) -> Result<Stepped, StoreError> {
        let step = Step {
            number: stored.number,
            seen: stored.summary.revision,
            action: Action::Expire,
            actor: BY_ITSELF,
            reason: "its time is over",
            at: ended,
            until: None,
            terms: None,
            asked: None,
        };
        self.step_agreement(&step).await
    }
}

impl Step<'_> {
    /// Whether governance is needed: by what the contract says now, where that matters, or as it was.
    fn needs_governance(&self, before: &StoredAgreement) -> bool {
        self.terms.map_or(before.summary.needs_governance, Terms::needs_governance)
    }

    fn outcome(&self, before: &StoredAgreement) -> Result<State, Stepped> {
        if before.summary.revision != self.seen {
            return Err(Stepped::Changed);
        }
        if self.action == Action::Renew && before.summary.revision >= EVENTS_MAX {
            return Err(Stepped::TooMany);
        }
        let after = before.state().after(self.action, self.needs_governance(before));
        after.ok_or(Stepped::Illegal(before.summary.status))
    }

    /// The terms that approve a renewal in advance.
    fn renews_by_rule(&self, before: &StoredAgreement) -> Option<&Terms> {
        let (terms, until) = (self.terms?, self.until?);
        let approved = self.action == Action::Renew && terms.approves(&before.summary.purposes, self.at, until);
        approved.then_some(terms)
    }

    fn entry(&self) -> Entry<'_> {
        let warned = self.asked.map(|(_, warned)| warned).unwrap_or_default();
        Entry {
            at: self.at,
            actor: self.actor,
            action: audited(self.action),
            subject: id(self.number),
            detail: json!({"revision": self.seen.saturating_add(1), "reason": self.reason, "until": self.until, "warned": warned}),
        }
    }
}

/// An agreement after a step, and the event that says so.
struct Change {
    summary: AgreementSummary,
    granted: Option<BTreeSet<String>>,
    approvals: Approvals,
    event: AgreementEvent,
}

impl Change {
    fn new(step: &Step<'_>, before: &StoredAgreement, after: State) -> Self {
        let mut summary = before.summary.clone();
        summary.needs_governance = step.needs_governance(before);
        if let Some(terms) = step.terms {
            terms.classification_word().clone_into(&mut summary.classification);
        }
        summary.until = match step.action {
            // What was not granted is no longer asked for.
            Action::Reject => summary.expires.unwrap_or(summary.until),
            _ => step.until.unwrap_or(summary.until),
        };
        // Whoever approved stays one of those who did for as long as the round lasts.
        let approval = |given: bool, before: &Option<String>| {
            given.then(|| before.clone().unwrap_or_else(|| step.actor.to_owned()))
        };
        let approvals = Approvals {
            owner: approval(after.by_owner, &before.approvals.owner),
            governance: approval(after.by_governance, &before.approvals.governance),
        };
        let granted = before.summary.starts.is_some().then(|| before.summary.columns.clone()).flatten();
        let mut change = Self { summary, granted, approvals, event: event(step, after.status) };
        change.advance(step, after.status);
        change
    }

    /// The renewal above, approved by the contract.
    fn approved_by_rule(mut self, step: &Step<'_>, terms: &Terms) -> Self {
        self.event = AgreementEvent {
            number: self.summary.revision.saturating_add(1),
            actor: BY_ITSELF.to_owned(),
            action: Action::ApproveByRule,
            reason: by_rule(terms),
            status: AgreementStatus::Active,
            ..self.event
        };
        self.approvals = Approvals::default();
        self.advance(step, AgreementStatus::Active);
        self
    }

    fn advance(&mut self, step: &Step<'_>, status: AgreementStatus) {
        let approves =
            matches!(self.event.action, Action::ApproveByRule | Action::ApproveAsOwner | Action::ApproveAsGovernance);
        if approves && status == AgreementStatus::Active {
            self.summary.starts = self.summary.starts.or(Some(step.at));
            self.summary.expires = Some(self.summary.until);
            self.granted = step.terms.map(|terms| terms.columns.clone());
        }
        self.summary.revision = self.event.number;
        self.summary.status = status;
    }

    async fn write(
        &self,
        connection: &mut AnyConnection,
        number: i64,
        question: Option<&RuleQuestion>,
    ) -> Result<(), StoreError> {
        let micros = |time: Option<DateTime<Utc>>| time.map(|time| time.timestamp_micros());
        sqlx::query(
            "UPDATE agreements SET granted_columns = $1, classification = $2, needs_governance = $3, status = $4, \
             approved_by_owner = $5, approved_by_governance = $6, until_us = $7, starts_us = $8, expires_us = $9, \
             revision = $10 WHERE number = $11",
        )
        .bind(self.granted.as_ref().map(written))
        .bind(&self.summary.classification)
        .bind(i64::from(self.summary.needs_governance))
        .bind(self.summary.status.as_str())
        .bind(&self.approvals.owner)
        .bind(&self.approvals.governance)
        .bind(self.summary.until.timestamp_micros())
        .bind(micros(self.summary.starts))
        .bind(micros(self.summary.expires))
        .bind(signed(self.summary.revision))
        .bind(number)
        .execute(&mut *connection)
        .await?;
        add_event(connection, number, &self.event, question).await
    }
}

fn event(step: &Step<'_>, status: AgreementStatus) -> AgreementEvent {
    AgreementEvent {
        number: step.seen.saturating_add(1),
        at: step.at,
        actor: step.actor.to_owned(),
        action: step.action,
        reason: step.reason.to_owned(),
        status,
    }
}

/// What audit calls a step.
fn audited(action: Action) -> &'static str {
    match action {
        Action::Request => "agreement.request",
        Action::ApproveByRule => "agreement.approve-by-rule",
        Action::ApproveAsOwner => "agreement.approve-as-owner",
        Action::ApproveAsGovernance => "agreement.approve-as-governance",
        Action::Reject => "agreement.reject",
        Action::Renew => "agreement.renew",
        Action::Revoke => "agreement.revoke",
        Action::Expire => "agreement.expire",
    }
}
