//! Contracts found in folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mesh_contract::Contract;
use mesh_contract::diagnostic::Report;
use semver::Version;

use super::{read, shown};
use crate::error::ProductError;

/// A contract found in a folder.
pub(super) struct Found {
    pub(super) contract: Arc<Contract>,
    pub(super) document: String,
    pub(super) file: PathBuf,
}

/// All contracts of a folder; what is wrong with them is kept beside what is right.
pub(super) fn all(root: &Path, folder: &Path) -> Result<(Vec<Found>, Vec<Report>), ProductError> {
    let (mut found, mut reports) = (Vec::new(), Vec::new());
    if !folder.is_dir() {
        return Ok((found, reports));
    }
    for file in entries(folder)?.into_iter().filter(|file| file.to_string_lossy().ends_with(".odcs.yaml")) {
        let document = read(&file)?;
        match Contract::parse(&shown(root, &file), &document) {
            Ok(contract) => found.push(Found { contract: Arc::new(contract), document, file }),
            Err(report) => reports.push(report),
        }
    }
    Ok((found, reports))
}

/// The contract of this identity and version among `found`.
pub(super) fn find<'a>(
    found: &'a [Found],
    id: &str,
    version: &Version,
    folder: &Path,
) -> Result<&'a Found, ProductError> {
    found.iter().find(|found| is(&found.contract, id, version)).ok_or_else(|| ProductError::NoContract {
        id: id.to_owned(),
        version: version.clone(),
        folder: folder.to_path_buf(),
    })
}

/// The contract that another domain publishes under this identity and version. What else is wrong in the other domains'
/// folders is their own affair.
pub(super) fn elsewhere(
    root: &Path,
    domain: &str,
    id: &str,
    version: &Version,
) -> Result<Option<Arc<Contract>>, ProductError> {
    let folder = root.join("contracts");
    let domains = if folder.is_dir() { entries(&folder)? } else { Vec::new() };
    for other in domains.iter().filter(|other| other.is_dir() && !other.ends_with(domain)) {
        let (found, _) = all(root, other)?;
        if let Some(found) = found.into_iter().find(|found| is(&found.contract, id, version)) {
            return Ok(Some(found.contract));
        }
    }
    Ok(None)
}

fn is(contract: &Contract, id: &str, version: &Version) -> bool {
    contract.id == id && contract.version == *version
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, ProductError> {
    let failed = |source| ProductError::Read { file: folder.to_path_buf(), source };
    let mut entries = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(failed)?;
    entries.sort();
    Ok(entries)
}
