//! Subscriptions: what was asked for, and how far each was served.

use chrono::{DateTime, Utc};
use mesh_api::{Subscribe, Subscription};
use serde::de::DeserializeOwned;
use serde_json::json;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::audit::{self, Entry};
use super::{Store, StoreError, text};

/// Most subscriptions of one principal that are not over.
const OF_ONE_MAX: i64 = 100;

/// A subscription to store.
pub(crate) struct NewSubscription<'a> {
    pub(crate) principal: &'a str,
    pub(crate) roles: &'a [String],
    pub(crate) key: Option<&'a str>,
    pub(crate) request: &'a Subscribe,
    pub(crate) at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// What storing a subscription came to.
pub(crate) enum Subscribed {
    New(i64),
    /// It was made before under the same key.
    Known(i64),
    /// The key belongs to another request.
    KeyTaken(i64),
    TooMany,
}

/// A subscription that may have events to be sent.
pub(crate) struct Due {
    pub(crate) number: i64,
    pub(crate) principal: String,
    pub(crate) roles: Vec<String>,
    pub(crate) request: Subscribe,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) delivered: i64,
    pub(crate) attempts: i64,
    next_attempt: DateTime<Utc>,
}

/// How far a subscription was served.
pub(crate) struct Progress {
    pub(crate) delivered: i64,
    pub(crate) attempts: i64,
    pub(crate) next_attempt: DateTime<Utc>,
    pub(crate) ended: Option<&'static str>,
}

/// A query for subscriptions; the tail says which.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT number, principal, roles, request, created_at_us, expires_at_us, delivered, attempts, ",
            "next_attempt_us, ended FROM subscriptions ",
            $tail
        )
    };
}

impl Store {
    /// Stores a subscription to all events from now on.
    pub(crate) async fn store_subscription(&self, new: &NewSubscription<'_>) -> Result<Subscribed, StoreError> {
        let mut transaction = self.database.write().await?;
        let entry = Entry {
            at: new.at,
            actor: new.principal,
            action: "subscription.make",
            subject: new.request.url.host_str().unwrap_or_default().to_owned(),
            detail: json!({"filter": new.request.filter()}),
        };
        // Numbers are given in the order of the audit trail, whose lock makes writers queue.
        audit::append(&mut transaction, &entry).await?;
        let request = json!(new.request).to_string();
        if let Some(key) = new.key {
            let known =
                sqlx::query("SELECT number, request FROM subscriptions WHERE principal = $1 AND request_key = $2")
                    .bind(new.principal)
                    .bind(key)
                    .fetch_optional(&mut *transaction)
                    .await?;
            if let Some(known) = known {
                let number = known.try_get("number")?;
                let is_same = text(&known, "request")? == request;
                transaction.rollback().await?;
                return Ok(if is_same { Subscribed::Known(number) } else { Subscribed::KeyTaken(number) });
            }
        }
        let counts = sqlx::query(
            "SELECT COALESCE(MAX(number), 0) + 1 AS number, \
             (SELECT COUNT(*) FROM subscriptions WHERE principal = $1 AND ended IS NULL) AS own, \
             (SELECT last FROM event_head) AS last FROM subscriptions",
        )
        .bind(new.principal)
        .fetch_one(&mut *transaction)
        .await?;
        let (number, own, last): (i64, i64, i64) =
            (counts.try_get("number")?, counts.try_get("own")?, counts.try_get("last")?);
        if own >= OF_ONE_MAX {
            transaction.rollback().await?;
            return Ok(Subscribed::TooMany);
        }
        sqlx::query(
            "INSERT INTO subscriptions (number, principal, roles, request_key, request, created_at_us, expires_at_us, \
             delivered, attempts, next_attempt_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $6)",
        )
        .bind(number)
        .bind(new.principal)
        .bind(json!(new.roles).to_string())
        .bind(new.key)
        .bind(request)
        .bind(new.at.timestamp_micros())
        .bind(new.expires_at.timestamp_micros())
        .bind(last)
        .execute(&mut *transaction)
        .await?;
        self.database.commit(transaction).await?;
        Ok(Subscribed::New(number))
    }

    /// One subscription.
    pub(crate) async fn subscription(&self, number: i64) -> Result<Option<Subscription>, StoreError> {
        let row = sqlx::query(select!("WHERE number = $1")).bind(number).fetch_optional(self.database.reader()).await?;
        row.as_ref().map(read).transpose()
    }

    /// Up to `limit` subscriptions, newest first, from before `before` on; only of `principal` when it is given.
    pub(crate) async fn subscriptions(
        &self,
        principal: Option<&str>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Subscription>, StoreError> {
        let rows =
            sqlx::query(select!("WHERE number < $1 AND ($2 = 0 OR principal = $3) ORDER BY number DESC LIMIT $4"))
                .bind(before.unwrap_or(i64::MAX))
                .bind(i64::from(principal.is_some()))
                .bind(principal.unwrap_or_default())
                .bind(limit)
                .fetch_all(self.database.reader())
                .await?;
        rows.iter().map(read).collect()
    }

    /// Ends a subscription for good.
    pub(crate) async fn delete_subscription(
        &self,
        number: i64,
        actor: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.write().await?;
        let entry = Entry { at, actor, action: "subscription.delete", subject: id(number), detail: json!({}) };
        audit::append(&mut transaction, &entry).await?;
        sqlx::query("DELETE FROM subscriptions WHERE number = $1").bind(number).execute(&mut *transaction).await?;
        self.database.commit(transaction).await
    }

    /// Up to `limit` subscriptions that may have events to be sent at `now`, those that wait longest first.
    pub(crate) async fn due_subscriptions(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Due>, StoreError> {
        let rows = sqlx::query(select!(
            "WHERE ended IS NULL AND next_attempt_us <= $1 AND delivered < (SELECT last FROM event_head) \
             ORDER BY next_attempt_us, number LIMIT $2"
        ))
        .bind(now.timestamp_micros())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(self.database.reader())
        .await?;
        let due = |row: &AnyRow| {
            Ok(Due {
                number: row.try_get("number")?,
                principal: text(row, "principal")?,
                roles: parsed(row, "roles")?,
                request: parsed(row, "request")?,
                created_at: moment(row, "created_at_us")?,
                expires_at: moment(row, "expires_at_us")?,
                delivered: row.try_get("delivered")?,
                attempts: row.try_get("attempts")?,
                next_attempt: moment(row, "next_attempt_us")?,
            })
        };
        rows.iter().map(due).collect()
    }

    /// Takes a subscription up until `until`. `false` when it was taken up, served or ended meanwhile.
    pub(crate) async fn claim_subscription(&self, due: &Due, until: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut transaction = self.database.write().await?;
        let claimed = sqlx::query(
            "UPDATE subscriptions SET next_attempt_us = $1 WHERE number = $2 AND delivered = $3 AND attempts = $4 \
             AND next_attempt_us = $5 AND ended IS NULL",
        )
        .bind(until.timestamp_micros())
        .bind(due.number)
        .bind(due.delivered)
        .bind(due.attempts)
        .bind(due.next_attempt.timestamp_micros())
        .execute(&mut *transaction)
        .await?;
        self.database.commit(transaction).await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// Notes how far a subscription was served.
    pub(crate) async fn advance_subscription(&self, number: i64, progress: &Progress) -> Result<(), StoreError> {
        let mut transaction = self.database.write().await?;
        sqlx::query(
            "UPDATE subscriptions SET delivered = $1, attempts = $2, next_attempt_us = $3, ended = $4 WHERE number = $5",
        )
        .bind(progress.delivered)
        .bind(progress.attempts)
        .bind(progress.next_attempt.timestamp_micros())
        .bind(progress.ended)
        .bind(number)
        .execute(&mut *transaction)
        .await?;
        self.database.commit(transaction).await
    }
}

/// The identity of the subscription with that number.
pub(crate) fn id(number: i64) -> String {
    format!("sub-{number}")
}

/// The number in a subscription's identity.
pub(crate) fn number(id: &str) -> Option<i64> {
    let digits = id.strip_prefix("sub-")?;
    let number: i64 = digits.parse().ok()?;
    (number > 0 && number.to_string() == digits).then_some(number)
}

fn read(row: &AnyRow) -> Result<Subscription, StoreError> {
    let request: Subscribe = parsed(row, "request")?;
    let count = |column| row.try_get::<i64, _>(column).map(|count| u64::try_from(count).unwrap_or_default());
    Ok(Subscription {
        id: id(row.try_get("number")?),
        principal: text(row, "principal")?,
        filter: request.filter(),
        url: request.url,
        created_at: moment(row, "created_at_us")?,
        expires_at: moment(row, "expires_at_us")?,
        delivered: count("delivered")?,
        attempts: count("attempts")?,
        ended: row.try_get("ended")?,
    })
}

fn parsed<T: DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    let value = text(row, column)?;
    serde_json::from_str(&value).map_err(|_| StoreError::Corrupt { column, value })
}

fn moment(row: &AnyRow, column: &'static str) -> Result<DateTime<Utc>, StoreError> {
    let value: i64 = row.try_get(column)?;
    DateTime::from_timestamp_micros(value).ok_or_else(|| StoreError::Corrupt { column, value: value.to_string() })
}
