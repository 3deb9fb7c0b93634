//! Versions of a bank's own rules, and the stage that each is at.

use chrono::{DateTime, Utc};
use mesh_api::{RuleQuestion, RuleSetSummary, RuleStage};
use serde_json::json;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::audit::{self, Entry};
use super::{Store, StoreError, text};

/// A move of a version to a stage, or to none.
pub(crate) struct Staging<'a> {
    pub(crate) version: u64,
    pub(crate) stage: Option<RuleStage>,
    pub(crate) reason: &'a str,
    pub(crate) by: &'a str,
    pub(crate) at: DateTime<Utc>,
}

/// What a move came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Staged {
    Done,
    Missing,
    /// Only what has warned can be enforced, and only what is at a stage can be withdrawn.
    Early,
}

/// A query for versions; the tail says which.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT r.version, r.rules, r.note, r.created_by, r.created_at_us, ",
            "(SELECT MIN(s.stage) FROM rule_stages s WHERE s.version = r.version) AS stage FROM rule_sets r ",
            $tail
        )
    };
}

impl Store {
    /// Stores a version of the rules and gives its number.
    pub(crate) async fn store_rules(
        &self,
        rules: &str,
        note: &str,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.database.write().await?;
        let next = sqlx::query("UPDATE rule_numbers SET last = last + 1 RETURNING last");
        let version: i64 = next.fetch_one(&mut *transaction).await?.try_get("last")?;
        let detail = json!({"note": note, "rules": rules});
        let entry = Entry { at, actor: by, action: "rules.propose", subject: format!("rules {version}"), detail };
        audit::append(&mut transaction, &entry).await?;
        sqlx::query(
            "INSERT INTO rule_sets (version, rules, note, created_by, created_at_us) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(version)
        .bind(rules)
        .bind(note)
        .bind(by)
        .bind(at.timestamp_micros())
        .execute(&mut *transaction)
        .await?;
        self.database.commit(transaction).await?;
        unsigned(version)
    }

    /// Moves a version: to `warn` from nowhere, from `warn` to `enforce`, and from either to nowhere. What was at the stage
    /// before is no longer.
    pub(crate) async fn stage_rules(&self, staging: &Staging<'_>) -> Result<Staged, StoreError> {
        let version = i64::try_from(staging.version).unwrap_or(i64::MAX);
        let mut transaction = self.database.write().await?;
        let (stage, reason) = (staging.stage.map(RuleStage::as_str), staging.reason);
        let entry = Entry {
            at: staging.at,
            actor: staging.by,
            action: "rules.stage",
            subject: format!("rules {version}"),
            detail: json!({"stage": stage, "reason": reason}),
        };
        audit::append(&mut transaction, &entry).await?;
        let found =
            sqlx::query(select!("WHERE r.version = $1")).bind(version).fetch_optional(&mut *transaction).await?;
        let outcome = match found.as_ref().map(summary).transpose()? {
            None => Staged::Missing,
            Some(before) => match (before.stage, staging.stage) {
                (None, Some(RuleStage::Warn)) | (Some(RuleStage::Warn), Some(RuleStage::Enforce)) | (Some(_), None) => {
                    Staged::Done
                }
                _ => Staged::Early,
            },
        };
        if outcome != Staged::Done {
            transaction.rollback().await?;
            return Ok(outcome);
        }
        sqlx::query("DELETE FROM rule_stages WHERE version = $1").bind(version).execute(&mut *transaction).await?;
        if let Some(stage) = stage {
            sqlx::query(
                "INSERT INTO rule_stages (stage, version) VALUES ($1, $2) \
                 ON CONFLICT (stage) DO UPDATE SET version = excluded.version",
            )
            .bind(stage)
            .bind(version)
            .execute(&mut *transaction)
            .await?;
        }
        self.database.commit(transaction).await?;
        Ok(outcome)
    }

    /// The versions at a stage, with their texts.
    pub(crate) async fn staged_rules(&self) -> Result<Vec<(RuleStage, u64, String)>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.stage, s.version, r.rules FROM rule_stages s JOIN rule_sets r ON r.version = s.version",
        )
        .fetch_all(self.database.reader())
        .await?;
        let read = |row: &AnyRow| {
            let word = text(row, "stage")?;
            let stage = RuleStage::parse(&word).ok_or(StoreError::Corrupt { column: "stage", value: word })?;
            Ok((stage, unsigned(row.try_get("version")?)?, text(row, "rules")?))
        };
        rows.iter().map(read).collect()
    }

    /// One version, with its text.
    pub(crate) async fn rules(&self, version: u64) -> Result<Option<(RuleSetSummary, String)>, StoreError> {
        let row = sqlx::query(select!("WHERE r.version = $1"))
            .bind(i64::try_from(version).unwrap_or(i64::MAX))
            .fetch_optional(self.database.reader())
            .await?;
        row.map(|row| Ok((summary(&row)?, text(&row, "rules")?))).transpose()
    }

    /// Versions, newest first, from below `before` on.
    pub(crate) async fn rule_sets(&self, before: Option<i64>, limit: i64) -> Result<Vec<RuleSetSummary>, StoreError> {
        let rows = sqlx::query(select!("WHERE r.version < $1 ORDER BY r.version DESC LIMIT $2"))
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(self.database.reader())
            .await?;
        rows.iter().map(summary).collect()
    }

    /// What rules were asked about access since a time, newest first.
    pub(crate) async fn asked_since(
        &self,
        since: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(DateTime<Utc>, RuleQuestion)>, StoreError> {
        let rows = sqlx::query(
            "SELECT at_us, question FROM agreement_events WHERE at_us >= $1 AND question IS NOT NULL \
             ORDER BY at_us DESC, agreement DESC, number DESC LIMIT $2",
        )
        .bind(since.timestamp_micros())
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        let read = |row: &AnyRow| {
            let value = text(row, "question")?;
            let question = serde_json::from_str(&value);
            Ok((time(row, "at_us")?, question.map_err(|_| StoreError::Corrupt { column: "question", value })?))
        };
        rows.iter().map(read).collect()
    }

    /// Contract versions that were registered since a time, newest first: when, by whom, and the document.
    pub(crate) async fn registered_since(
        &self,
        since: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(DateTime<Utc>, String, String)>, StoreError> {
        let rows = sqlx::query(
            "SELECT registered_at_us, registered_by, document FROM contract_versions WHERE registered_at_us >= $1 \
             ORDER BY registered_at_us DESC, domain, port, version LIMIT $2",
        )
        .bind(since.timestamp_micros())
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter()
            .map(|row| Ok((time(row, "registered_at_us")?, text(row, "registered_by")?, text(row, "document")?)))
            .collect()
    }
}

fn summary(row: &AnyRow) -> Result<RuleSetSummary, StoreError> {
    let stage: Option<String> = row.try_get("stage")?;
    let parse = |word: String| RuleStage::parse(&word).ok_or(StoreError::Corrupt { column: "stage", value: word });
    Ok(RuleSetSummary {
        version: unsigned(row.try_get("version")?)?,
        note: text(row, "note")?,
        created_by: text(row, "created_by")?,
        created_at: time(row, "created_at_us")?,
        stage: stage.map(parse).transpose()?,
    })
}

fn time(row: &AnyRow, column: &'static str) -> Result<DateTime<Utc>, StoreError> {
    let value: i64 = row.try_get(column)?;
    DateTime::from_timestamp_micros(value).ok_or_else(|| StoreError::Corrupt { column, value: value.to_string() })
}

fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Corrupt { column: "version", value: value.to_string() })
}
