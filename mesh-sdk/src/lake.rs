//! Where a product's tables and the records of its runs are in the data directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mesh_contract::PortVersion;
use mesh_engine::durable::{Disk, DurableStore};
use mesh_engine::run::RunReport;
use mesh_engine::source::{InputRead, InputState};
use mesh_engine::table::{PortTable, SnapshotInfo, model_hash};
use url::Url;

use crate::error::ProductError;

/// A port's table: `lake/<domain>/<port>`, and `<port>_v2` from the second major on.
pub(crate) fn table(data: &Path, disk: &Disk, port: &PortVersion) -> Result<PortTable, ProductError> {
    let folder = if port.major <= 1 { port.name.port().to_owned() } else { port.table() };
    table_in(&data.join("lake").join(port.name.domain()).join(folder), disk, &port.to_string())
}

fn table_in(folder: &Path, disk: &Disk, name: &str) -> Result<PortTable, ProductError> {
    let not_absolute = || ProductError::Data {
        path: folder.to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidInput, "the data directory is not an absolute path"),
    };
    let url = Url::from_directory_path(folder).map_err(|()| not_absolute())?;
    Ok(PortTable::new(name, Arc::new(DurableStore::new(disk.clone())), &url)?)
}

/// Every table in the data directory, of whichever product.
pub(crate) fn tables(data: &Path) -> Result<Vec<PortTable>, ProductError> {
    let mut tables = Vec::new();
    for domain in folders(&data.join("lake"))? {
        for folder in folders(&domain)? {
            tables.push(table_in(&folder, &Disk::default(), &folder.display().to_string())?);
        }
    }
    Ok(tables)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, ProductError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |source| ProductError::Read { file: folder.to_owned(), source };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let paths = entries.map(|entry| Ok(entry.map_err(failed)?.path())).collect::<Result<Vec<_>, ProductError>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
}

/// The folder of a product's run records.
pub(crate) fn runs_folder(data: &Path, domain: &str) -> PathBuf {
    data.join("runs").join(domain)
}

/// The majors of `port` above its own that have a table, ascending.
pub(crate) fn newer(data: &Path, port: &PortVersion) -> Result<Vec<PortVersion>, ProductError> {
    let major = |folder: PathBuf| {
        let name = folder.file_name()?.to_str()?.strip_prefix(port.name.port())?.strip_prefix("_v")?;
        name.parse::<u64>().ok().filter(|major| *major > port.major)
    };
    let folders = folders(&data.join("lake").join(port.name.domain()))?;
    let mut majors: Vec<u64> = folders.into_iter().filter_map(major).collect();
    majors.sort_unstable();
    Ok(majors.into_iter().map(|major| PortVersion { name: port.name.clone(), major }).collect())
}

/// All snapshots of a port, newest first; none when it was never published. Those that a view shows, of whichever newer majors,
/// follow those that the major had itself. `data` is the data directory, absolute.
///
/// # Errors
/// [`ProductError::Engine`] when a table's log cannot be read.
pub async fn snapshots(data: &Path, port: &PortVersion) -> Result<Vec<SnapshotInfo>, ProductError> {
    let own = table(data, &Disk::default(), port)?.snapshots().await?;
    let former = own.first().map_or(0, |newest| newest.version + 1);
    let mut seen = Vec::new();
    for below in newer(data, port)? {
        let snapshots = table(data, &Disk::default(), &below)?.snapshots().await?;
        seen.extend(snapshots.into_iter().filter_map(|info| seen_as(info, port, &below)));
    }
    // A number that the major has itself is read from its own table.
    seen.retain(|info| info.version >= former);
    seen.sort_by_key(|info| std::cmp::Reverse(info.version));
    Ok(seen.into_iter().chain(own).collect())
}

/// A snapshot of the table below as the view `port` shows it.
fn seen_as(mut info: SnapshotInfo, port: &PortVersion, below: &PortVersion) -> Option<SnapshotInfo> {
    let seen = std::mem::take(&mut info.views).remove(&port.table())?;
    let state = InputState::Port { port: below.to_string(), snapshot: info.version };
    Some(SnapshotInfo {
        version: seen.version,
        inputs: vec![InputRead { name: below.to_string(), state }],
        model: Some(model_hash(&seen.sql)),
        // Rows and contract are those of the table below.
        rows: None,
        contract_version: None,
        contract_hash: None,
        ..info
    })
}

/// The records of a product's runs, newest first; none when it never ran. What is no record is left out.
///
/// # Errors
/// [`ProductError::Read`] when the folder cannot be read.
pub fn runs(data: &Path, domain: &str) -> Result<Vec<RunReport>, ProductError> {
    let folder = runs_folder(data, domain);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |source| ProductError::Read { file: folder.clone(), source };
    let mut runs = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let text = if path.extension().is_some_and(|end| end == "json") { std::fs::read(&path).ok() } else { None };
        runs.extend(text.and_then(|text| serde_json::from_slice::<RunReport>(&text).ok()));
    }
    runs.sort_by(|a, b| b.started_at.cmp(&a.started_at).then_with(|| b.run.cmp(&a.run)));
    Ok(runs)
}
