//! Queries within queries: subqueries, views, common table expressions, table functions.

use super::{check, lineage};

#[tokio::test]
async fn a_scalar_subquery_is_a_value_and_what_decides_it() {
    check(
        "SELECT a, (SELECT max(c) FROM u WHERE d > 0) AS x FROM t",
        &["a <- t.a IDENTITY", "x <- u.c AGGREGATION, u.d FILTER", "rows <- "],
    )
    .await;
    check("SELECT a FROM t WHERE b > (SELECT avg(c) FROM u)", &["a <- t.a IDENTITY", "rows <- t.b FILTER, u.c FILTER"])
        .await;
    check(
        "SELECT (SELECT sum(c) FROM u WHERE u.id = t.id AND u.d = t.b) AS x FROM t",
        &["x <- t.b FILTER, t.id FILTER, u.c AGGREGATION, u.d FILTER, u.id FILTER", "rows <- "],
    )
    .await;
}

#[tokio::test]
async fn exists_is_decided_by_rows_and_no_value() {
    check(
        "SELECT a FROM t WHERE EXISTS (SELECT c FROM u WHERE u.id = t.id AND d > 1)",
        &["a <- t.a IDENTITY", "rows <- t.id FILTER, u.d FILTER, u.id FILTER"],
    )
    .await;
    check(
        "SELECT a, NOT EXISTS (SELECT c FROM u WHERE u.id = t.b) AS x FROM t",
        &["a <- t.a IDENTITY", "x <- t.b FILTER, u.id FILTER", "rows <- "],
    )
    .await;
}

#[tokio::test]
async fn in_compares_with_every_value() {
    check(
        "SELECT a FROM t WHERE b NOT IN (SELECT c FROM u WHERE d = 1)",
        &["a <- t.a IDENTITY", "rows <- t.b FILTER, u.c FILTER, u.d FILTER"],
    )
    .await;
    check(
        "SELECT b IN (SELECT c FROM u WHERE u.d = t.a) AS x FROM t",
        &["x <- t.a FILTER, t.b TRANSFORMATION, u.c TRANSFORMATION, u.d FILTER", "rows <- "],
    )
    .await;
    check("SELECT a FROM t WHERE b > ANY (SELECT c FROM u)", &["a <- t.a IDENTITY", "rows <- t.b FILTER, u.c FILTER"])
        .await;
}

#[tokio::test]
async fn a_name_of_an_outer_query_is_the_nearest() {
    // `t.a` of the innermost query is that of the outermost: the query between has no `t`.
    check(
        "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id IN (SELECT w.c FROM u AS w WHERE w.d = t.a))",
        &["id <- t.id IDENTITY", "rows <- t.a FILTER, u.c FILTER, u.d FILTER, u.id FILTER"],
    )
    .await;
    check(
        "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM t AS i WHERE i.a = t.b)",
        &["id <- t.id IDENTITY", "rows <- t.a FILTER, t.b FILTER"],
    )
    .await;
}

#[tokio::test]
async fn a_lateral_subquery_reads_the_row_before_it() {
    check(
        "SELECT t.a, l.x FROM t, LATERAL (SELECT max(c) AS x FROM u WHERE u.id = t.id) AS l",
        &["a <- t.a IDENTITY", "x <- u.c AGGREGATION", "rows <- t.id FILTER, u.id FILTER"],
    )
    .await;
}

#[tokio::test]
async fn common_table_expressions_are_looked_through() {
    check(
        "WITH q AS (SELECT id, a + b AS x FROM t), r AS (SELECT x AS y FROM q WHERE id > 1) SELECT y FROM r",
        &["y <- t.a TRANSFORMATION, t.b TRANSFORMATION", "rows <- t.id FILTER"],
    )
    .await;
    // The name hides a table.
    check("WITH t AS (SELECT c AS a FROM u) SELECT a FROM t", &["a <- u.c IDENTITY", "rows <- "]).await;
}

#[tokio::test]
async fn a_recursive_query_adds_up_all_its_rounds() {
    // What stands in `b` at first comes to `x` in the third round.
    check(
        "WITH RECURSIVE r(x, y, z, n) AS (
            SELECT id, a, b, 0 FROM t
            UNION ALL SELECT y AS p, z AS q, z AS w, n + 1 FROM r JOIN u ON u.id = r.n WHERE n < 3
        ) SELECT x, z FROM r",
        &["x <- t.a IDENTITY, t.b IDENTITY, t.id IDENTITY", "z <- t.b IDENTITY", "rows <- u.id JOIN"],
    )
    .await;
    check(
        "WITH RECURSIVE r AS (SELECT a FROM t UNION SELECT a + 1 FROM r WHERE a < 3) SELECT a FROM r",
        &["a <- t.a IDENTITY+TRANSFORMATION", "rows <- t.a FILTER+GROUP_BY"],
    )
    .await;
}

#[tokio::test]
async fn a_view_is_looked_through() {
    check(
        "SELECT total, id FROM v",
        &["total <- t.a TRANSFORMATION, t.b TRANSFORMATION", "id <- t.id IDENTITY", "rows <- t.s FILTER"],
    )
    .await;
    let inputs = lineage("SELECT id FROM v").await.inputs;
    assert_eq!(inputs.iter().map(ToString::to_string).collect::<Vec<_>>(), ["t"]);
}

#[tokio::test]
async fn a_table_function_is_no_input() {
    let found = lineage("SELECT r.value AS n, t.a FROM range(1, 3) AS r JOIN t ON t.id = r.value").await;
    assert_eq!(found.to_string(), "n <- \na <- t.a IDENTITY\nrows <- t.id JOIN");
    assert_eq!(found.inputs.len(), 1);
}
