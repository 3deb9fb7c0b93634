//! One port as its product serves it.

use arrow::datatypes::{Schema, SchemaRef};
use arrow_flight::FlightDescriptor;
use mesh_contract::PortVersion;

use super::{Client, answer};
use crate::error::FlightError;
use crate::snapshots::SnapshotsRead;

impl Client {
    /// The columns of a port's major and the version of its newest snapshot.
    ///
    /// # Errors
    /// [`FlightError::Refused`] when there is no such port for this token, [`FlightError::Answer`] when the server does
    /// not name the snapshot.
    pub async fn port(&self, port: &PortVersion) -> Result<(SchemaRef, u64), FlightError> {
        let path = vec![port.name.domain().to_owned(), port.name.port().to_owned(), format!("v{}", port.major)];
        let info = self.info(FlightDescriptor::new_path(path)).await?;
        let read: Option<SnapshotsRead> = serde_json::from_slice(&info.app_metadata).ok();
        let snapshot = read
            .and_then(|read| read.snapshots.get(port))
            .ok_or_else(|| FlightError::Answer("it does not name the snapshot".into()))?;
        let schema: Schema = info.try_decode_schema().map_err(answer)?;
        Ok((SchemaRef::new(schema), snapshot))
    }
}
