//! What a flight's metadata says: which snapshots it reads.

use mesh_engine::Pins;
use serde::{Deserialize, Serialize};

/// `FlightInfo.app_metadata` as JSON: `{"snapshots": {"lending.loans_v1": 3}}`. `VERSION AS OF 3` reads the same again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SnapshotsRead {
    pub(crate) snapshots: Pins,
}
