//! Data products: each version is kept, and the one that registered last is the product.

use chrono::{DateTime, Utc};
use mesh_api::{EventKind, ProductDetail, ProductOutput, ProductSummary};
use mesh_contract::PortName;
use semver::Version;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};
use url::Url;

use super::audit::{self, Entry};
use super::events::{self, NewEvent};
use super::{Store, StoreError, endpoint, text, time, version};

/// A product to store.
pub(crate) struct NewProduct<'a> {
    pub(crate) domain: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) version: &'a Version,
    pub(crate) manifest: &'a str,
    pub(crate) endpoint: Option<&'a Url>,
    pub(crate) outputs: &'a [NewOutput<'a>],
    pub(crate) registered_by: &'a str,
    pub(crate) registered_at: DateTime<Utc>,
}

/// An output of a product to store.
pub(crate) struct NewOutput<'a> {
    pub(crate) port: PortName,
    pub(crate) contract_id: &'a str,
    pub(crate) version: &'a Version,
}

/// What storing a product came to.
#[derive(Debug)]
pub(crate) enum StoredProduct {
    /// It is stored.
    Stored,
    /// These outputs name contract versions that are not registered, by their place in the list.
    Unregistered(Vec<usize>),
}

/// A query for products; the tail says which.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT v.domain, v.version, v.product_id, v.name, v.endpoint, v.registered_by, v.registered_at_us, v.manifest ",
            "FROM products p JOIN product_versions v ON v.domain = p.domain AND v.version = p.version ",
            $tail
        )
    };
}

impl Store {
    /// Stores a product version and makes it the domain's product; a version that is there is replaced. Products register
    /// again and again: what says nothing new is no event.
    pub(crate) async fn store_product(&self, new: &NewProduct<'_>) -> Result<StoredProduct, StoreError> {
        if self.product(new.domain).await?.is_some_and(|known| new.says_no_more_than(&known)) {
            return Ok(StoredProduct::Stored);
        }
        let mut transaction = self.database.write().await?;
        audit::append(&mut transaction, &new.entry()).await?;
        let mut unregistered = Vec::new();
        for (place, output) in new.outputs.iter().enumerate() {
            if !is_registered(&mut transaction, output).await? {
                unregistered.push(place);
            }
        }
        if !unregistered.is_empty() {
            transaction.rollback().await?;
            return Ok(StoredProduct::Unregistered(unregistered));
        }
        upsert(&mut transaction, new).await?;
        replace_outputs(&mut transaction, new).await?;
        events::append(&mut transaction, &new.event()).await?;
        self.database.commit(transaction).await?;
        Ok(StoredProduct::Stored)
    }

    /// Up to `limit` products by domain, from behind `after` on.
    pub(crate) async fn products(&self, after: Option<&str>, limit: i64) -> Result<Vec<ProductSummary>, StoreError> {
        let rows = sqlx::query(select!("WHERE p.domain > $1 ORDER BY p.domain LIMIT $2"))
            .bind(after.unwrap_or_default())
            .bind(limit)
            .fetch_all(self.database.reader())
            .await?;
        rows.iter().map(summary).collect()
    }

    /// The product of a domain.
    pub(crate) async fn product(&self, domain: &str) -> Result<Option<ProductDetail>, StoreError> {
        let row =
            sqlx::query(select!("WHERE p.domain = $1")).bind(domain).fetch_optional(self.database.reader()).await?;
        let Some(row) = row else { return Ok(None) };
        let summary = summary(&row)?;
        let rows = sqlx::query(
            "SELECT domain, port, contract_version FROM product_outputs WHERE domain = $1 AND product_version = $2",
        )
        .bind(domain)
        .bind(summary.version.to_string())
        .fetch_all(self.database.reader())
        .await?;
        let mut outputs = rows.iter().map(output).collect::<Result<Vec<_>, _>>()?;
        outputs.sort_by(|a, b| (&a.port, &a.version).cmp(&(&b.port, &b.version)));
        Ok(Some(ProductDetail { summary, outputs, manifest: text(&row, "manifest")? }))
    }
}

impl NewProduct<'_> {
    /// Version, name and outputs all stand in the manifest.
    fn says_no_more_than(&self, known: &ProductDetail) -> bool {
        let same_endpoint = self.endpoint.is_none_or(|endpoint| known.summary.endpoint.as_ref() == Some(endpoint));
        self.manifest == known.manifest && *self.version == known.summary.version && same_endpoint
    }

    fn entry(&self) -> Entry<'_> {
        let output = |output: &NewOutput<'_>| format!("{} {}", output.port, output.version);
        Entry {
            at: self.registered_at,
            actor: self.registered_by,
            action: "product.register",
            subject: format!("{} {}", self.domain, self.version),
            detail: json!({
                "product": self.id,
                "endpoint": self.endpoint.map(Url::as_str),
                "outputs": self.outputs.iter().map(output).collect::<Vec<_>>(),
            }),
        }
    }

    fn event(&self) -> NewEvent<'_> {
        NewEvent {
            kind: EventKind::ProductRegistered,
            at: self.registered_at,
            actor: self.registered_by,
            domain: self.domain,
            port: None,
            rule: None,
            private_to: None,
            detail: json!({"version": self.version.to_string()}),
        }
    }
}

async fn is_registered(connection: &mut AnyConnection, output: &NewOutput<'_>) -> Result<bool, StoreError> {
    let found = sqlx::query(
        "SELECT p.contract_id FROM contract_versions v JOIN ports p ON p.domain = v.domain AND p.port = v.port \
         WHERE v.domain = $1 AND v.port = $2 AND v.version = $3",
    )
    .bind(output.port.domain())
    .bind(output.port.port())
    .bind(output.version.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(found.map(|row| text(&row, "contract_id")).transpose()?.is_some_and(|id| id == output.contract_id))
}

/// Whoever registers without an endpoint says nothing about where the product answers: what was known stays known.
async fn upsert(connection: &mut AnyConnection, new: &NewProduct<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO product_versions (domain, version, product_id, name, manifest, endpoint, registered_by, \
         registered_at_us) VALUES ($1, $2, $3, $4, $5, COALESCE($6, (SELECT v.endpoint FROM products p \
         JOIN product_versions v ON v.domain = p.domain AND v.version = p.version WHERE p.domain = $1)), $7, $8) \
         ON CONFLICT (domain, version) DO UPDATE SET \
         product_id = excluded.product_id, name = excluded.name, manifest = excluded.manifest, \
         endpoint = excluded.endpoint, registered_by = excluded.registered_by, \
         registered_at_us = excluded.registered_at_us",
    )
    .bind(new.domain)
    .bind(new.version.to_string())
    .bind(new.id)
    .bind(new.name)
    .bind(new.manifest)
    .bind(new.endpoint.map(Url::as_str))
    .bind(new.registered_by)
    .bind(new.registered_at.timestamp_micros())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO products (domain, version) VALUES ($1, $2) \
         ON CONFLICT (domain) DO UPDATE SET version = excluded.version",
    )
    .bind(new.domain)
    .bind(new.version.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

async fn replace_outputs(connection: &mut AnyConnection, new: &NewProduct<'_>) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM product_outputs WHERE domain = $1 AND product_version = $2")
        .bind(new.domain)
        .bind(new.version.to_string())
        .execute(&mut *connection)
        .await?;
    for output in new.outputs {
        sqlx::query(
            "INSERT INTO product_outputs (domain, product_version, port, contract_version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        )
        .bind(new.domain)
        .bind(new.version.to_string())
        .bind(output.port.port())
        .bind(output.version.to_string())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn summary(row: &AnyRow) -> Result<ProductSummary, StoreError> {
    Ok(ProductSummary {
        domain: text(row, "domain")?,
        id: text(row, "product_id")?,
        name: text(row, "name")?,
        version: version(row, "version")?,
        endpoint: endpoint(row)?,
        registered_at: time(row)?,
        registered_by: row.try_get("registered_by")?,
    })
}

fn output(row: &AnyRow) -> Result<ProductOutput, StoreError> {
    Ok(ProductOutput { port: super::port_name(row)?, version: version(row, "contract_version")? })
}
