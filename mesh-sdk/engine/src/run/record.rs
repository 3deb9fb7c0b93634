//! The record of a run: `<data>/runs/<domain>/<run>.json`.

use std::path::{Path, PathBuf};

use super::error::RunError;
use super::report::RunReport;
use crate::durable::{Disk, write_file};

/// The file of a run's record; the id must be a plain file name.
pub(super) fn path(data: &Path, domain: &str, run: &str) -> Result<PathBuf, RunError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if run.is_empty() || run.len() > 128 || !run.chars().all(plain) {
        return Err(RunError::Id { id: crate::source::shown(run) });
    }
    Ok(data.join("runs").join(domain).join(format!("{run}.json")))
}

/// Writes the record, durably, before the run is answered.
pub(super) async fn write(disk: Disk, path: PathBuf, report: &RunReport) -> Result<(), RunError> {
    let failed = |path: &Path, cause: std::io::Error| RunError::Record { path: path.display().to_string(), cause };
    let bytes = serde_json::to_vec_pretty(report).map_err(|cause| failed(&path, cause.into()))?;
    let target = path.clone();
    let written = tokio::task::spawn_blocking(move || write_file(&disk, &target, &bytes)).await;
    written.map_err(|cause| failed(&path, std::io::Error::other(cause)))?.map_err(|cause| failed(&path, cause))
}
