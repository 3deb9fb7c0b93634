//! Checkpoints: governance's sealed word on which record was the newest at a time. Who holds one notices a cut tail.

use chrono::{DateTime, TimeDelta, Utc};
use mesh_policy::{SealError, Sealer, Unsealer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Audience that checkpoints are sealed for, so that nothing else can pass as one.
const AUDIENCE: &str = "audit-checkpoint";
/// A checkpoint states what was, and that stays true.
const LIFETIME: TimeDelta = TimeDelta::days(100 * 365);

/// A sealed statement of the newest record at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SealedCheckpoint {
    /// The statement, sealed with governance's key (compact JWT).
    pub seal: String,
}

/// What a checkpoint states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Checkpoint {
    /// Number of the newest record; 0 before the first.
    pub sequence: u64,
    /// Its hash.
    pub hash: String,
    /// When it was the newest.
    pub at: DateTime<Utc>,
}

impl Checkpoint {
    /// Header of an answer to a request that changed something: a checkpoint that covers the change.
    pub const HEADER: &str = "audit-checkpoint";

    /// Seals the statement.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal(&self, sealer: &Sealer) -> Result<SealedCheckpoint, SealError> {
        let seal = sealer.seal(AUDIENCE, self, self.at, self.at + LIFETIME)?;
        Ok(SealedCheckpoint { seal })
    }
}

impl SealedCheckpoint {
    /// Opens the statement at `now`.
    ///
    /// # Errors
    /// As [`Unsealer::open`].
    pub fn open(&self, unsealer: &Unsealer, now: DateTime<Utc>) -> Result<Checkpoint, SealError> {
        unsealer.open::<Checkpoint>(AUDIENCE, self.seal.trim(), now).map(|(checkpoint, _)| checkpoint)
    }
}
