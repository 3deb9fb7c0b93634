//! A query over no table: how a domain tries its functions as SQL meets them.

use arrow::util::display::array_value_to_string;
use datafusion::arrow::array::Array;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};

use super::Functions;
use crate::error::EngineError;

/// The rows of `sql`, a query over no table, as text; null is `None`. Literals are decimals, as in a served query.
///
/// # Errors
/// [`EngineError::Query`] for what cannot be planned or run.
pub async fn answer(functions: &Functions, sql: &str) -> Result<Vec<Vec<Option<String>>>, EngineError> {
    let mut config = SessionConfig::new().with_information_schema(true);
    config.options_mut().sql_parser.parse_float_as_decimal = true;
    let mut state = SessionStateBuilder::new_with_default_features().with_config(config).build();
    state.table_factories_mut().clear();
    functions.register(&mut state)?;
    let query = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = SessionContext::new_with_state(state).sql_with_options(sql, query).await?;
    let batches = frame.collect().await?;
    let mut rows = Vec::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let text = |column: &dyn Array| {
                if column.is_null(row) { Ok(None) } else { array_value_to_string(column, row).map(Some) }
            };
            let values = batch.columns().iter().map(|column| text(column)).collect::<Result<Vec<_>, _>>();
            rows.push(values.map_err(datafusion::error::DataFusionError::from)?);
        }
    }
    Ok(rows)
}
