//! One expectation a construct: these sources, in these ways, and no others.

mod columns;
mod plans;
mod queries;
mod rows;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::TableReference;
use datafusion::datasource::MemTable;
use datafusion::functions_table::generate_series::RangeFunc;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use mesh_engine::lineage::{analysed, lineage_of};
use mesh_lineage::{Dataset, Lineage};

use crate::support::session;

/// `t(id, a, b, s, xs: list, p: struct(q, r))`, `u(id, c, d)`, and the view `v(id, total)`.
async fn tables() -> SessionContext {
    let session = session();
    let int = |name: &str| Field::new(name, DataType::Int64, true);
    let list = DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)));
    let members = DataType::Struct(vec![int("q"), Field::new("r", DataType::Utf8, true)].into());
    let t = vec![
        int("id"),
        int("a"),
        int("b"),
        Field::new("s", DataType::Utf8, true),
        Field::new("xs", list, true),
        Field::new("p", members, true),
    ];
    for (name, fields) in [("t", t), ("u", vec![int("id"), int("c"), int("d")])] {
        session.register_table(name, table(Arc::new(Schema::new(fields)))).expect("a new name");
    }
    session.register_udtf("range", Arc::new(RangeFunc {}));
    session.sql("CREATE VIEW v AS SELECT id, a + b AS total FROM t WHERE s = 'x'").await.expect("a view");
    session
}

fn table(schema: SchemaRef) -> Arc<MemTable> {
    let empty = RecordBatch::new_empty(Arc::clone(&schema));
    Arc::new(MemTable::try_new(schema, vec![vec![empty]]).expect("a table"))
}

fn named(table: &TableReference) -> Option<Dataset> {
    (!table.table().ends_with("()")).then(|| Dataset::new("test", table.to_string()))
}

async fn plan(sql: &str) -> LogicalPlan {
    let state = tables().await.state();
    let plan = state.create_logical_plan(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    analysed(&state, plan).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

async fn lineage(sql: &str) -> Lineage {
    lineage_of(&plan(sql).await, &named)
}

/// `expected`: a line a column, then one for the rows.
async fn check(sql: &str, expected: &[&str]) {
    let found = lineage(sql).await.to_string();
    assert_eq!(found, expected.join("\n"), "{sql}");
}
