//! Whom a product trusts: the keys of governance and of the token issuer, learned once and then held to.

use std::fs;
use std::io;
use std::path::Path;

use mesh_api::{Client, Keys};
use mesh_engine::durable::{Disk, write_file};
use mesh_policy::Unsealer;
use serde::{Deserialize, Serialize};

use super::error::AloneError;

const FILE: &str = "trust.json";

/// What opens receipts and tokens.
pub(super) struct Trust {
    pub(super) receipts: Unsealer,
    pub(super) tokens: Unsealer,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    /// Of governance's receipts.
    governance: Keys,
    /// Of bearer tokens.
    issuers: Vec<Keys>,
}

/// The keys that were learned at the first start, or, then, those that governance tells.
///
/// # Errors
/// [`AloneError::NeverReached`] when governance is away and was never reached; [`AloneError::OtherKeys`] when it tells others than
/// those that were learned: somebody else may answer in its place, and would decide who reads.
pub(super) async fn learn(governance: &Client, data: &Path, disk: &Disk) -> Result<Trust, AloneError> {
    let path = data.join(FILE);
    let unusable = |source| AloneError::Trust { path: path.clone(), source };
    let known: Option<Known> = match fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(|error| unusable(error.into()))?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unusable(error)),
    };
    let told = async { Ok(Known { governance: governance.keys().await?, issuers: governance.issuers().await? }) };
    let known = match (known, told.await) {
        (Some(known), Err(error)) => {
            tracing::warn!(%error, "governance is away: the keys learned before are relied on");
            known
        }
        (Some(known), Ok(told)) if known == told => known,
        (Some(_), Ok(_)) => return Err(AloneError::OtherKeys { path }),
        (None, Err(error)) => return Err(AloneError::NeverReached(error)),
        (None, Ok(told)) => {
            let text = serde_json::to_vec_pretty(&told).map_err(|error| unusable(error.into()))?;
            write_file(disk, &path, &text).map_err(unusable)?;
            told
        }
    };
    let receipts = known.governance.unsealers().next();
    let tokens = known.issuers.iter().flat_map(Keys::unsealers).next();
    match (receipts, tokens) {
        (Some(receipts), Some(tokens)) => Ok(Trust { receipts, tokens }),
        _ => Err(unusable(io::Error::new(io::ErrorKind::InvalidData, "it holds no Ed25519 key"))),
    }
}
