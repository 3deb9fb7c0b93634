//! Expressions.

use datafusion::config::Dialect;
use mesh_engine::lineage::{analysed, lineage_of};

use super::{check, named, tables};

const NO_ROWS: &str = "rows <- ";

#[tokio::test]
async fn a_column_is_itself_under_any_name() {
    check("SELECT a, b AS other FROM t", &["a <- t.a IDENTITY", "other <- t.b IDENTITY", NO_ROWS]).await;
    let star = ["id <- u.id IDENTITY", "c <- u.c IDENTITY", "d <- u.d IDENTITY", NO_ROWS];
    check("SELECT * FROM u", &star).await;
    check("SELECT q.* FROM (SELECT c AS x FROM u) AS q", &["x <- u.c IDENTITY", NO_ROWS]).await;
}

#[tokio::test]
async fn constants_come_from_nowhere() {
    check("SELECT 1 AS one, now() AS t, random() AS r FROM t", &["one <- ", "t <- ", "r <- ", NO_ROWS]).await;
    check("SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS v(n, w)", &["n <- ", "w <- ", NO_ROWS]).await;
    check("SELECT 1 AS one", &["one <- ", NO_ROWS]).await;
}

#[tokio::test]
async fn what_is_computed_is_transformed() {
    check("SELECT a + b * 2 AS x FROM t", &["x <- t.a TRANSFORMATION, t.b TRANSFORMATION", NO_ROWS]).await;
    check("SELECT CAST(a AS TEXT) AS x FROM t", &["x <- t.a TRANSFORMATION", NO_ROWS]).await;
    check("SELECT try_cast(s AS INT) AS x FROM t", &["x <- t.s TRANSFORMATION", NO_ROWS]).await;
    check(
        "SELECT a IS NULL AS x, NOT (a > b) AS y FROM t",
        &["x <- t.a TRANSFORMATION", "y <- t.a TRANSFORMATION, t.b TRANSFORMATION", NO_ROWS],
    )
    .await;
    check(
        "SELECT s LIKE 'x%' AS x, a BETWEEN b AND 9 AS y, a IN (1, b) AS z FROM t",
        &[
            "x <- t.s TRANSFORMATION",
            "y <- t.a TRANSFORMATION, t.b TRANSFORMATION",
            "z <- t.a TRANSFORMATION, t.b TRANSFORMATION",
            NO_ROWS,
        ],
    )
    .await;
    check("SELECT upper(s) || a AS x FROM t", &["x <- t.a TRANSFORMATION, t.s TRANSFORMATION", NO_ROWS]).await;
}

#[tokio::test]
async fn conditions_decide_and_results_are_computed() {
    check(
        "SELECT CASE WHEN a > 1 THEN b ELSE id END AS x FROM t",
        &["x <- t.a CONDITIONAL, t.b TRANSFORMATION, t.id TRANSFORMATION", NO_ROWS],
    )
    .await;
    check(
        "SELECT CASE s WHEN 'x' THEN a WHEN 'y' THEN 1 END AS x FROM t",
        &["x <- t.a TRANSFORMATION, t.s CONDITIONAL", NO_ROWS],
    )
    .await;
    check("SELECT CASE WHEN a > 1 THEN a END AS x FROM t", &["x <- t.a TRANSFORMATION+CONDITIONAL", NO_ROWS]).await;
    check(
        "SELECT coalesce(a, b) AS x FROM t",
        &["x <- t.a TRANSFORMATION+CONDITIONAL, t.b TRANSFORMATION+CONDITIONAL", NO_ROWS],
    )
    .await;
    check("SELECT nullif(a, b) AS x FROM t", &["x <- t.a TRANSFORMATION+CONDITIONAL, t.b CONDITIONAL", NO_ROWS]).await;
    check(
        "SELECT nvl2(a, b, id) AS x FROM t",
        &["x <- t.a CONDITIONAL, t.b TRANSFORMATION, t.id TRANSFORMATION", NO_ROWS],
    )
    .await;
}

#[tokio::test]
async fn a_digest_hides_and_stays_hidden() {
    check("SELECT md5(s) AS x FROM t", &["x <- t.s TRANSFORMATION(masking)", NO_ROWS]).await;
    check(
        "SELECT upper(x) AS y, s FROM (SELECT md5(s) AS x, s FROM t)",
        &["y <- t.s TRANSFORMATION(masking)", "s <- t.s IDENTITY", NO_ROWS],
    )
    .await;
}

#[tokio::test]
async fn aggregates_measure_and_keys_group() {
    check(
        "SELECT s, sum(a) AS total FROM t GROUP BY s",
        &["s <- t.s IDENTITY", "total <- t.a AGGREGATION", "rows <- t.s GROUP_BY"],
    )
    .await;
    check(
        "SELECT count(*) AS n, count(a) AS m, count(DISTINCT b) AS k FROM t",
        &["n <- ", "m <- t.a AGGREGATION(masking)", "k <- t.b AGGREGATION(masking)", NO_ROWS],
    )
    .await;
    check("SELECT sum(a) FILTER (WHERE b > 0) AS x FROM t", &["x <- t.a AGGREGATION, t.b FILTER", NO_ROWS]).await;
    check("SELECT array_agg(a ORDER BY b) AS x FROM t", &["x <- t.a AGGREGATION, t.b SORT", NO_ROWS]).await;
    check("SELECT sum(a + b) + 1 AS x FROM t", &["x <- t.a AGGREGATION, t.b AGGREGATION", NO_ROWS]).await;
    check(
        "SELECT upper(s) AS x FROM t GROUP BY upper(s) HAVING max(a) > 1",
        &["x <- t.s TRANSFORMATION", "rows <- t.a FILTER, t.s GROUP_BY"],
    )
    .await;
    check("SELECT sum(CASE WHEN b > 0 THEN a END) AS x FROM t", &["x <- t.a AGGREGATION, t.b CONDITIONAL", NO_ROWS])
        .await;
}

#[tokio::test]
async fn grouping_sets_keep_their_keys_apart() {
    let rows = "rows <- t.a GROUP_BY, t.s GROUP_BY";
    for sets in ["GROUPING SETS ((a), (s), ())", "ROLLUP (a, s)", "CUBE (a, s)"] {
        let sql = format!("SELECT s, a, grouping(a) AS g, sum(b) AS total FROM t GROUP BY {sets}");
        check(&sql, &["s <- t.s IDENTITY", "a <- t.a IDENTITY", "g <- ", "total <- t.b AGGREGATION", rows]).await;
    }
}

#[tokio::test]
async fn windows_decide_only_their_own_column() {
    check(
        "SELECT a, sum(b) OVER (PARTITION BY s ORDER BY id) AS x FROM t",
        &["a <- t.a IDENTITY", "x <- t.b AGGREGATION, t.id WINDOW, t.s WINDOW", NO_ROWS],
    )
    .await;
    check(
        "SELECT lag(a, 1, b) OVER (ORDER BY id) AS x, row_number() OVER (ORDER BY s) AS n FROM t",
        &["x <- t.a TRANSFORMATION, t.b TRANSFORMATION, t.id WINDOW", "n <- t.s WINDOW", NO_ROWS],
    )
    .await;
    check("SELECT sum(a) FILTER (WHERE b > 1) OVER () AS x FROM t", &["x <- t.a AGGREGATION, t.b FILTER", NO_ROWS])
        .await;
    check(
        "SELECT id FROM t QUALIFY rank() OVER (PARTITION BY s ORDER BY a) = 1",
        &["id <- t.id IDENTITY", "rows <- t.a FILTER, t.s FILTER"],
    )
    .await;
}

#[tokio::test]
async fn members_and_items_come_from_their_column() {
    check("SELECT p['q'] AS q, xs[1] AS x FROM t", &["q <- t.p TRANSFORMATION", "x <- t.xs TRANSFORMATION", NO_ROWS])
        .await;
    check("SELECT unnest(p) FROM t", &["t.p.q <- t.p TRANSFORMATION", "t.p.r <- t.p TRANSFORMATION", NO_ROWS]).await;
    check(
        "SELECT id, unnest(xs) AS x FROM t",
        &["id <- t.id IDENTITY", "x <- t.xs TRANSFORMATION", "rows <- t.xs JOIN"],
    )
    .await;
    check(
        "SELECT unnest([a, b]) AS x FROM t",
        &["x <- t.a TRANSFORMATION, t.b TRANSFORMATION", "rows <- t.a JOIN, t.b JOIN"],
    )
    .await;
}

#[tokio::test]
async fn a_lambda_reads_what_its_body_reads() {
    let state = tables().await.state();
    // Few dialects have lambdas.
    let lambda = state.sql_to_statement("SELECT array_transform(xs, x -> x + a) AS y FROM t", &Dialect::DuckDB);
    let plan = state.statement_to_plan(lambda.expect("SQL")).await.expect("a plan");
    let plan = analysed(&state, plan).expect("types that fit");
    let found = lineage_of(&plan, &named).to_string();
    assert_eq!(found, "y <- t.a TRANSFORMATION, t.xs TRANSFORMATION\nrows <- ");
}
