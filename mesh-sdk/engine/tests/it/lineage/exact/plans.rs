//! Plans that no SQL text gives, and what is not known.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::{Column, DFSchemaRef};
use datafusion::logical_expr::{
    Expr, Extension, JoinType, LogicalPlan, LogicalPlanBuilder, TableScanBuilder, UserDefinedLogicalNodeCore, col, lit,
};
use mesh_engine::lineage::lineage_of;

use super::{named, plan, tables};

fn told(plan: &LogicalPlan) -> String {
    lineage_of(plan, &named).to_string()
}

#[tokio::test]
async fn a_mark_join_says_whether_there_is_a_match() {
    let left = plan("SELECT id, a FROM t").await;
    let right = plan("SELECT id AS other FROM u WHERE c > 0").await;
    let keys = (vec![Column::from_qualified_name("t.id")], vec![Column::from_name("other")]);
    let joined = LogicalPlanBuilder::from(left).join(right, JoinType::LeftMark, keys, None).expect("a join");
    let joined = joined.build().expect("a plan");
    assert_eq!(
        told(&joined),
        "id <- t.id IDENTITY\na <- t.a IDENTITY\nmark <- t.id JOIN, u.c FILTER, u.id JOIN\nrows <- "
    );
}

#[tokio::test]
async fn a_scan_may_filter_and_project_by_itself() {
    let session = tables().await;
    for (name, expected) in [
        ("t", "b <- t.b IDENTITY\nrows <- t.a FILTER"),
        ("v", "total <- t.a TRANSFORMATION, t.b TRANSFORMATION\nrows <- t.id FILTER, t.s FILTER"),
    ] {
        let source = provider_as_source(session.table_provider(name).await.expect("a table"));
        let (places, filter) = if name == "t" { (vec![2], col("t.a")) } else { (vec![1], col("id")) };
        let scan = TableScanBuilder::new(name, source)
            .with_projection(Some(places))
            .with_filters(vec![filter.gt(lit(1_i64))])
            .build()
            .expect("a scan");
        assert_eq!(told(&LogicalPlan::TableScan(scan)), expected);
    }
}

/// A node that this mesh knows nothing of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Strange {
    input: LogicalPlan,
    schema: DFSchemaRef,
}

impl PartialOrd for Strange {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for Strange {
    fn name(&self) -> &'static str {
        "Strange"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Strange")
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> datafusion::error::Result<Self> {
        let input = inputs.into_iter().next().expect("one input");
        Ok(Self { input, schema: Arc::clone(&self.schema) })
    }
}

#[tokio::test]
async fn a_node_that_is_not_known_loses_nothing() {
    let input = plan("SELECT a, max(b) AS m FROM t WHERE s = 'x' GROUP BY a").await;
    let schema = Arc::clone(plan("SELECT c AS x FROM u").await.schema());
    let node = LogicalPlan::Extension(Extension { node: Arc::new(Strange { input, schema }) });
    assert_eq!(
        told(&node),
        "x <- t.a TRANSFORMATION, t.b AGGREGATION\nrows <- t.a FILTER+GROUP_BY, t.b FILTER, t.s FILTER"
    );
}

#[tokio::test]
async fn a_name_that_is_not_found_loses_nothing() {
    let mut projected = plan("SELECT a, b FROM t WHERE a > 1").await;
    if let LogicalPlan::Projection(projection) = &mut projected {
        projection.expr[1] = Expr::Column(Column::from_name("elsewhere"));
    }
    let found = told(&projected);
    let b = found.lines().nth(1).expect("two columns");
    for field in ["id", "a", "b", "s", "xs", "p"] {
        assert!(b.contains(&format!("t.{field} TRANSFORMATION")), "{b}");
    }
}

#[tokio::test]
async fn a_deep_expression_does_not_end_the_process() {
    let mut deep = col("t.a");
    for _ in 0..20_000 {
        deep = deep + lit(1_i64);
    }
    let mut projected = plan("SELECT a FROM t").await;
    if let LogicalPlan::Projection(projection) = &mut projected {
        projection.expr[0] = deep;
    }
    assert_eq!(told(&projected), "a <- t.a TRANSFORMATION\nrows <- ");
    // Dropping it recurses too, on too little stack.
    std::mem::forget(projected);
}
