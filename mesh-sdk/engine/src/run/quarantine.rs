//! Rows that break a rule by themselves, set apart so that the others are published: only where the contract asks for it,
//! with the custom property `quarantine` of the table. `true` sets apart whatever breaks a rule; a number is the percentage
//! of rows beyond which something is wrong with the delivery rather than with rows, and nothing is published.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::not;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::errors::ParquetError;
use mesh_contract::model::SchemaObject;
use serde_json::Value;

use super::error::RunError;
use crate::check::{CheckError, breaks_a_rule};
use crate::durable::{Disk, write_file};
use crate::error::EngineError;

/// Rows set apart of one run, which are held in memory; with more, the run fails as it does without a quarantine.
const ROWS_MAX: usize = 100_000;

/// What a query gives, apart.
pub(super) struct Apart {
    /// The rows that are published.
    pub(super) good: DataFrame,
    /// The others.
    pub(super) bad: Vec<RecordBatch>,
}

/// Sets the rows apart that break a rule by themselves. The query runs once more for them; `None` when the contract does
/// not ask for it, when there are none, or when there are more than it allows.
pub(super) async fn apart(query: &DataFrame, object: &SchemaObject) -> Result<Option<Apart>, EngineError> {
    let Some(percent_max) = asked(object)? else { return Ok(None) };
    let Some(breaks) = breaks_a_rule(object)? else { return Ok(None) };
    let failing = query.clone().filter(breaks.clone())?;
    let bad = failing.limit(0, Some(ROWS_MAX + 1))?.collect().await?;
    let rows = rows(&bad);
    if rows == 0 || rows > ROWS_MAX {
        return Ok(None);
    }
    if percent_max < 100.0 {
        let total = query.clone().count().await?;
        #[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
        let percent = rows as f64 * 100.0 / total as f64;
        if percent > percent_max {
            return Ok(None);
        }
    }
    Ok(Some(Apart { good: query.clone().filter(not(breaks))?, bad }))
}

/// The most rows in percent that may be set apart; `None` when nothing is.
fn asked(object: &SchemaObject) -> Result<Option<f64>, CheckError> {
    match object.custom.get("quarantine") {
        None | Some(Value::Bool(false)) => Ok(None),
        Some(Value::Bool(true)) => Ok(Some(100.0)),
        Some(value) => match value.as_f64() {
            Some(percent) if percent > 0.0 && percent <= 100.0 => Ok(Some(percent)),
            _ => Err(CheckError::Rule {
                rule: "quarantine".to_owned(),
                what: format!("`{value}` is neither `true` nor a percentage of the rows"),
            }),
        },
    }
}

/// Rows of batches.
pub(super) fn rows(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

/// Where the rows of a run are that were set apart.
#[must_use]
pub fn quarantine_file(data: &Path, domain: &str, port: &str, run: &str) -> PathBuf {
    data.join("quarantine").join(domain).join(port).join(format!("{run}.parquet"))
}

/// Writes the rows as Parquet, durably: before the commit that leaves them out.
pub(super) async fn keep(disk: Disk, path: PathBuf, batches: Vec<RecordBatch>) -> Result<(), RunError> {
    let failed = |cause: std::io::Error| RunError::Record { path: path.display().to_string(), cause };
    let bytes = encoded(&batches).map_err(|cause| failed(std::io::Error::other(cause)))?;
    let target = path.clone();
    let written = tokio::task::spawn_blocking(move || write_file(&disk, &target, &bytes)).await;
    written.map_err(|cause| failed(std::io::Error::other(cause)))?.map_err(failed)
}

fn encoded(batches: &[RecordBatch]) -> Result<Vec<u8>, ParquetError> {
    let mut bytes = Vec::new();
    let Some(first) = batches.first() else { return Ok(bytes) };
    let mut writer = ArrowWriter::try_new(&mut bytes, first.schema(), None)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(bytes)
}
