//! Other products' ports, each behind the door that the catalog names, read under the product's own identity.

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use mesh_api::{Client, ClientError};
use mesh_contract::PortVersion;
use mesh_engine::source::{Upstream, UpstreamError, UpstreamPort, UpstreamRows};
use mesh_flight::FlightError;
use mesh_flight::client::Client as FlightClient;

/// Finds a port's product in the catalog and asks it over Flight SQL.
pub(crate) struct CatalogUpstream {
    pub(crate) governance: Client,
    /// The product's bearer token.
    pub(crate) token: String,
}

impl CatalogUpstream {
    async fn connect(&self, port: &PortVersion) -> Result<FlightClient, UpstreamError> {
        let detail = self.governance.port(&port.name).await.map_err(|error| catalog(&error))?;
        let endpoint = detail.endpoint.ok_or_else(|| {
            UpstreamError::Unavailable("the catalog knows the port, and no product said that it serves it".to_owned())
        })?;
        FlightClient::connect(&endpoint, Some(&self.token)).await.map_err(|error| flight(&error))
    }
}

#[async_trait]
impl Upstream for CatalogUpstream {
    async fn describe(&self, port: &PortVersion) -> Result<UpstreamPort, UpstreamError> {
        let client = self.connect(port).await?;
        let (schema, snapshot) = client.port(port).await.map_err(|error| flight(&error))?;
        Ok(UpstreamPort { schema, snapshot })
    }

    async fn query(&self, port: &PortVersion, sql: &str) -> Result<UpstreamRows, UpstreamError> {
        let client = self.connect(port).await?;
        let (_, rows) = client.query(sql).await.map_err(|error| flight(&error))?;
        Ok(rows.map_err(|error| flight(&error)).boxed())
    }
}

impl std::fmt::Debug for CatalogUpstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CatalogUpstream")
    }
}

fn catalog(error: &ClientError) -> UpstreamError {
    let text = format!("{}: {}", error.code(), chain(error));
    if error.is_temporary() { UpstreamError::Unavailable(text) } else { UpstreamError::Refused(text) }
}

fn flight(error: &FlightError) -> UpstreamError {
    let text = format!("{}: {}", error.code(), chain(error));
    if error.is_temporary() { UpstreamError::Unavailable(text) } else { UpstreamError::Refused(text) }
}

/// An error and what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
