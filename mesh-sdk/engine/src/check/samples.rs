//! A few rows that break a rule, by what identifies them.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::lit;
use datafusion::prelude::{Expr, ident};
use mesh_contract::model::{Classification, DataType, Property, SchemaObject};

use super::rule::{Probe, Rule};
use crate::source::shown;

/// Rows shown of each failed rule: enough to find the cause, few enough for a log line.
const SAMPLES_MAX: usize = 5;

/// Up to five offending keys, in key order.
pub(super) async fn keys(data: &DataFrame, object: &SchemaObject, rule: &Rule) -> Result<Vec<String>, DataFusionError> {
    let key: Vec<String> = object.primary_key().iter().map(|property| property.name.clone()).collect();
    let (rows, columns) = match &rule.probe {
        Probe::Rows | Probe::Sql(_) | Probe::Age { .. } => return Ok(Vec::new()),
        Probe::Counter(failing) => {
            let columns = if key.is_empty() { rule.shows.clone() } else { key };
            (data.clone().filter(failing.as_ref().clone())?, columns)
        }
        Probe::Repeats(columns) => (repeated(data, columns)?, columns.clone()),
    };
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let sort = columns.iter().map(|column| ident(column).sort(true, true)).collect();
    let shown = rows.select(columns.iter().map(ident).collect::<Vec<_>>())?.sort(sort)?;
    let batches = shown.limit(0, Some(SAMPLES_MAX))?.collect().await?;
    let mut keys = Vec::new();
    for batch in &batches {
        keys.extend(described(batch, object)?);
    }
    Ok(keys)
}

/// The values that stand more than once.
pub(super) fn repeated(data: &DataFrame, columns: &[String]) -> Result<DataFrame, DataFusionError> {
    let complete =
        columns.iter().map(|column| ident(column).is_not_null()).reduce(Expr::and).unwrap_or_else(|| lit(true));
    data.clone()
        .filter(complete)?
        .aggregate(columns.iter().map(ident).collect(), vec![count(lit(1)).alias(COPIES)])?
        .filter(ident(COPIES).gt(lit(1_i64)))
}

/// Name of the column that counts copies; no contract can have it.
pub(super) const COPIES: &str = " copies";

/// Whether reports do not show the column's values: it is restricted, others see it masked, or a member of it is so.
pub(super) fn is_secret(property: &Property) -> bool {
    let mask = property.custom.get("mask").and_then(serde_json::Value::as_str).map(str::trim);
    property.classification == Some(Classification::Restricted)
        || mask.is_some_and(|mask| !matches!(mask.to_lowercase().as_str(), "" | "none" | "clear" | "off"))
        || match &property.data_type {
            DataType::Object(members) => members.iter().any(is_secret),
            DataType::Array(item) => is_secret(item),
            _ => false,
        }
}

fn described(batch: &RecordBatch, object: &SchemaObject) -> Result<Vec<String>, ArrowError> {
    let options = FormatOptions::default().with_null("null");
    let schema = batch.schema();
    let mut rows = vec![String::new(); batch.num_rows()];
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        let secret = object.property(field.name()).is_some_and(is_secret);
        let values = ArrayFormatter::try_new(array.as_ref(), &options)?;
        for (at, row) in rows.iter_mut().enumerate() {
            let value = if secret { "(restricted)".to_owned() } else { shown(&values.value(at).try_to_string()?) };
            if !row.is_empty() {
                row.push_str(", ");
            }
            row.push_str(&format!("{}={value}", field.name()));
        }
    }
    Ok(rows)
}
