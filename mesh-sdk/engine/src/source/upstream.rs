//! Another product's output port as an input: pinned to a major and, for one run, to one snapshot.
//!
//! The engine knows no wire. Whoever links it hands over an [`Upstream`], and reads then go the way of every other
//! consumer: under the product's own identity, through the other product's policy.

mod differences;
mod table;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use futures::stream::BoxStream;
use mesh_contract::PortVersion;

use super::error::SourceError;
use super::state::InputState;
use table::UpstreamTable;

/// Rows of another product's port, as they come.
pub type UpstreamRows = BoxStream<'static, Result<RecordBatch, UpstreamError>>;

/// A way to read other products' ports.
#[async_trait]
pub trait Upstream: Debug + Send + Sync {
    /// The port's columns and its newest snapshot, as this product may see them.
    ///
    /// # Errors
    /// [`UpstreamError`] when nobody answers, or the port is not there for this product.
    async fn describe(&self, port: &PortVersion) -> Result<UpstreamPort, UpstreamError>;

    /// The rows of one query over the port.
    ///
    /// # Errors
    /// As [`Upstream::describe`]; later failures end the stream.
    async fn query(&self, port: &PortVersion, sql: &str) -> Result<UpstreamRows, UpstreamError>;
}

/// A port as its product describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamPort {
    /// Its columns.
    pub schema: SchemaRef,
    /// Version of its newest snapshot.
    pub snapshot: u64,
}

/// Why another product's port cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// Nobody answers; later it may work.
    #[error("{0}")]
    Unavailable(String),
    /// The other product, or governance, says no.
    #[error("{0}")]
    Refused(String),
}

impl UpstreamError {
    pub(super) fn of_input(self, input: &str, port: &PortVersion) -> SourceError {
        let (input, port) = (input.to_owned(), port.to_string());
        match self {
            Self::Unavailable(cause) => SourceError::UpstreamAway { input, port, cause },
            Self::Refused(cause) => SourceError::UpstreamRefused { input, port, cause },
        }
    }
}

/// The port as a table with the columns that the input contract declares: its newest snapshot, or the one named.
pub(super) async fn open(
    input: &str,
    port: &PortVersion,
    upstream: &Arc<dyn Upstream>,
    declared: &SchemaRef,
    snapshot: Option<u64>,
) -> Result<(Arc<dyn TableProvider>, InputState), SourceError> {
    let described = upstream.describe(port).await.map_err(|error| error.of_input(input, port))?;
    let differences = differences::between(declared, &described.schema);
    if !differences.is_empty() {
        return Err(SourceError::Columns { file: port.to_string(), input: input.to_owned(), differences });
    }
    let snapshot = snapshot.unwrap_or(described.snapshot);
    let table = UpstreamTable {
        input: input.to_owned(),
        port: port.clone(),
        upstream: Arc::clone(upstream),
        snapshot,
        schema: Arc::clone(declared),
    };
    Ok((Arc::new(table), InputState::Port { port: port.to_string(), snapshot }))
}
