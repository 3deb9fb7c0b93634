//! `sql` rules: one read-only query over the candidate and nothing else, giving one number.

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use mesh_contract::model::{Property, SchemaObject};

use super::error::CheckError;
use crate::model::Model;

/// Puts the names in for `${object}`, `{object}`, `${property}` and `{property}` (and ODCS 2's `${table}`, `${column}`).
pub(super) fn substitute(query: &str, object: &SchemaObject, property: Option<&Property>) -> String {
    let mut text = query.to_owned();
    let column = property.map_or("property", |property| property.name.as_str());
    let names = [("object", object.name.as_str()), ("table", &object.name), ("property", column), ("column", column)];
    for (word, name) in names {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        text = text.replace(&format!("${{{word}}}"), &quoted).replace(&format!("{{{word}}}"), &quoted);
    }
    text
}

/// Runs the rule; `None` when it gives null.
pub(super) async fn run(session: &SessionContext, rule: &str, query: &str) -> Result<Option<f64>, CheckError> {
    let refuse = |what: String| CheckError::Rule { rule: rule.to_owned(), what };
    let model = Model::parse(rule, "the query", query).map_err(|error| refuse(error.to_string()))?;
    // Not `session.state()`, which sets the clock of `now()` anew.
    let state = session.state_ref().read().clone();
    let plan = state.statement_to_plan(model.statement()).await.map_err(|error| refuse(said(&error)))?;
    let batches = DataFrame::new(state, plan).collect().await.map_err(|error| refuse(said(&error)))?;
    let rows: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
    let columns = batches.first().map_or(0, arrow::array::RecordBatch::num_columns);
    let value = match batches.iter().find(|batch| batch.num_rows() == 1) {
        Some(batch) if rows == 1 && columns == 1 => batch.column(0),
        _ => return Err(refuse(format!("it gives {rows} rows of {columns} columns, expected one number"))),
    };
    let not_numeric =
        || refuse(format!("it gives {}, expected one number", crate::model::widening::named(value.data_type())));
    if !value.data_type().is_numeric() && !matches!(value.data_type(), DataType::Boolean | DataType::Null) {
        return Err(not_numeric());
    }
    let number = cast(value, &DataType::Float64).map_err(|_| not_numeric())?;
    let number = number.as_primitive::<Float64Type>();
    Ok((!number.is_null(0)).then(|| number.value(0)))
}

fn said(error: &DataFusionError) -> String {
    error.strip_backtrace()
}
