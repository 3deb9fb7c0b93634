//! One transaction that only reads.

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use tokio::task::JoinSet;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use super::connect::Database;
use super::failure::Failure;
use crate::source::select::quoted;

/// Longest statement, the wait of a slow reader included; `options=-c statement_timeout=…` in the URL says otherwise.
const STATEMENT_TIMEOUT: &str = "2h";
/// Longest wait for a lock, such as of a migration that changes the table.
const LOCK_TIMEOUT: &str = "30s";

/// How values are written, whatever the server and the role have as defaults.
const WRITING: [(&str, &str); 7] = [
    ("datestyle", "ISO, YMD"),
    ("timezone", "UTC"),
    ("intervalstyle", "iso_8601"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "3"),
    ("standard_conforming_strings", "on"),
    // Models may run long between two reads.
    ("idle_in_transaction_session_timeout", "0"),
];

/// A connection in a transaction that reads one snapshot; dropping it ends both.
pub(crate) struct Session {
    client: Client,
    _driver: JoinSet<()>,
}

/// A column as the server describes it.
#[derive(Clone, Debug)]
pub(crate) struct StoredColumn {
    pub(crate) name: String,
    pub(crate) data_type: Type,
    /// What the type's parentheses say, packed by the server; -1 without.
    pub(crate) modifier: i32,
    /// The table and the place in it that its values come from as they are.
    pub(crate) origin: Option<(u32, i16)>,
}

impl Session {
    /// Begins to read; `snapshot` is one that another session has exported.
    pub(crate) async fn begin(database: &Database, snapshot: Option<&str>) -> Result<Self, Failure> {
        let (client, driver) = database.connect().await?;
        let mut sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;".to_owned();
        if let Some(snapshot) = snapshot {
            sql.push_str(&format!("SET TRANSACTION SNAPSHOT {};", literal(snapshot)));
        }
        let timeouts = [("statement_timeout", STATEMENT_TIMEOUT), ("lock_timeout", LOCK_TIMEOUT)];
        let timeouts = timeouts.into_iter().filter(|(name, _)| !database.sets(name));
        for (name, value) in WRITING.into_iter().chain(timeouts) {
            sql.push_str(&format!("SET LOCAL {name} = {};", literal(value)));
        }
        if let Some(schema) = &database.schema {
            sql.push_str(&format!("SET LOCAL search_path = {};", quoted(schema)));
        }
        client.batch_execute(&sql).await?;
        Ok(Self { client, _driver: driver })
    }

    /// Lets other sessions read the same snapshot while this one lives.
    pub(super) async fn export(&self) -> Result<String, Failure> {
        Ok(self.client.query_one("SELECT pg_catalog.pg_export_snapshot()", &[]).await?.try_get(0)?)
    }

    /// The columns of what stands behind `FROM`.
    pub(crate) async fn columns(&self, relation: &str) -> Result<Vec<StoredColumn>, Failure> {
        let statement = self.client.prepare(&format!("SELECT * FROM {relation}")).await?;
        let columns = statement.columns().iter().map(|column| StoredColumn {
            name: column.name().to_owned(),
            data_type: column.type_().clone(),
            modifier: column.type_modifier(),
            origin: column.table_oid().zip(column.column_id()),
        });
        Ok(columns.collect())
    }

    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<Row>, Failure> {
        Ok(self.client.query(sql, &[]).await?)
    }

    /// The rows of a query as `COPY` writes them, in pieces, no faster than they are taken.
    pub(crate) async fn copy(self, select: &str) -> Result<BoxStream<'static, Result<bytes::Bytes, Failure>>, Failure> {
        let pieces = self.client.copy_out(&format!("COPY ({select}) TO STDOUT")).await?;
        let kept = move |piece| {
            let _session = &self;
            piece
        };
        Ok(pieces.map_err(Failure::from).map(kept).boxed())
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

/// A text in SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
