//! What each rule of a port measured, run by run: `<data>/runs/<domain>/rules/<port>.jsonl`, one rule a line.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use mesh_contract::model::Severity;
use serde::{Deserialize, Serialize};

use super::error::RunError;
use super::report::RunReport;
use crate::durable::{Disk, write_file};

/// Lines kept of a port: twenty rules a day for three years.
const LINES_MAX: usize = 20_000;

/// One measurement of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// When the run began.
    pub at: DateTime<Utc>,
    /// The run.
    pub run: String,
    /// The rule's name.
    pub rule: String,
    /// The rule as it was written then, in twelve digits: measurements of one version can be compared.
    pub version: String,
    /// Whether a failure blocks the commit.
    pub severity: Severity,
    /// Whether it held.
    pub passed: bool,
    /// What was measured.
    pub observed: Option<f64>,
    /// Rows that broke it.
    pub failing_rows: u64,
    /// Rows that were checked.
    pub rows: u64,
}

/// Where a port's measurements are.
#[must_use]
pub fn history_file(data: &Path, domain: &str, port: &str) -> PathBuf {
    data.join("runs").join(domain).join("rules").join(format!("{port}.jsonl"))
}

/// Adds what a run measured. Called after the run's record is written, which holds the same.
pub(super) async fn add(disk: Disk, data: &Path, report: &RunReport) -> Result<(), RunError> {
    for port in &report.ports {
        let Some(checks) = &port.checks else { continue };
        let path = history_file(data, &report.domain, &port.port);
        let failed = |cause: std::io::Error| RunError::Record { path: path.display().to_string(), cause };
        let mut lines = Vec::with_capacity(checks.rules.len());
        for outcome in &checks.rules {
            let measurement = Measurement {
                at: report.started_at,
                run: report.run.clone(),
                rule: outcome.rule.clone(),
                version: outcome.version.clone(),
                severity: outcome.severity,
                passed: outcome.passed,
                observed: outcome.observed,
                failing_rows: outcome.failing_rows,
                rows: checks.rows,
            };
            lines.push(serde_json::to_string(&measurement).map_err(|cause| failed(cause.into()))?);
        }
        let (disk, target) = (disk.clone(), path.clone());
        let written = tokio::task::spawn_blocking(move || append(&disk, &target, &lines)).await;
        written.map_err(|cause| failed(std::io::Error::other(cause)))?.map_err(failed)?;
    }
    Ok(())
}

/// The file with the lines behind it, as a whole: a crash leaves the old file or the new one.
fn append(disk: &Disk, path: &Path, lines: &[String]) -> std::io::Result<()> {
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let all: Vec<&str> = before.lines().chain(lines.iter().map(String::as_str)).collect();
    let kept = all.get(all.len().saturating_sub(LINES_MAX)..).unwrap_or_default();
    write_file(disk, path, (kept.join("\n") + "\n").as_bytes())
}
