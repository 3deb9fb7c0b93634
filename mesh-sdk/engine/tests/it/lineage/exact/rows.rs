//! Which rows there are: filters, joins, sets, order.

use super::{check, lineage};

#[tokio::test]
async fn a_filter_decides_the_rows_and_no_value() {
    check("SELECT a FROM t WHERE b > 1 AND s = 'x'", &["a <- t.a IDENTITY", "rows <- t.b FILTER, t.s FILTER"]).await;
    check(
        "SELECT x FROM (SELECT a + b AS x, s FROM t) WHERE s IS NULL",
        &["x <- t.a TRANSFORMATION, t.b TRANSFORMATION", "rows <- t.s FILTER"],
    )
    .await;
}

#[tokio::test]
async fn order_and_limit() {
    check("SELECT a FROM t ORDER BY b LIMIT 3 OFFSET 1", &["a <- t.a IDENTITY", "rows <- t.b SORT"]).await;
    check("SELECT a FROM t LIMIT 3", &["a <- t.a IDENTITY", "rows <- "]).await;
}

#[tokio::test]
async fn joins_decide_by_their_keys() {
    for join in ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"] {
        check(
            &format!("SELECT t.a, u.c FROM t {join} u ON t.id = u.id AND t.b < u.d"),
            &["a <- t.a IDENTITY", "c <- u.c IDENTITY", "rows <- t.b JOIN, t.id JOIN, u.d JOIN, u.id JOIN"],
        )
        .await;
    }
    check("SELECT t.a, u.c FROM t CROSS JOIN u", &["a <- t.a IDENTITY", "c <- u.c IDENTITY", "rows <- "]).await;
    check(
        "SELECT a, c FROM t JOIN u USING (id)",
        &["a <- t.a IDENTITY", "c <- u.c IDENTITY", "rows <- t.id JOIN, u.id JOIN"],
    )
    .await;
    check(
        "SELECT x.a AS one, y.a AS two FROM t AS x JOIN t AS y ON x.id = y.b",
        &["one <- t.a IDENTITY", "two <- t.a IDENTITY", "rows <- t.b JOIN, t.id JOIN"],
    )
    .await;
}

#[tokio::test]
async fn a_semi_join_gives_one_side_and_is_decided_by_both() {
    for join in ["LEFT SEMI JOIN", "LEFT ANTI JOIN"] {
        check(
            &format!("SELECT t.a FROM t {join} (SELECT id FROM u WHERE c > 0) AS u ON t.id = u.id"),
            &["a <- t.a IDENTITY", "rows <- t.id JOIN, u.c FILTER, u.id JOIN"],
        )
        .await;
    }
    for join in ["RIGHT SEMI JOIN", "RIGHT ANTI JOIN"] {
        check(
            &format!("SELECT u.c FROM t {join} u ON t.id = u.id"),
            &["c <- u.c IDENTITY", "rows <- t.id JOIN, u.id JOIN"],
        )
        .await;
    }
}

#[tokio::test]
async fn sets_meet_by_position() {
    check(
        "SELECT a AS x, b AS y FROM t UNION ALL SELECT d, c + 1 FROM u",
        &["x <- t.a IDENTITY, u.d IDENTITY", "y <- t.b IDENTITY, u.c TRANSFORMATION", "rows <- "],
    )
    .await;
    check(
        "SELECT a FROM t UNION SELECT c FROM u WHERE d > 1",
        &["a <- t.a IDENTITY, u.c IDENTITY", "rows <- t.a GROUP_BY, u.c GROUP_BY, u.d FILTER"],
    )
    .await;
    for set in ["INTERSECT", "EXCEPT"] {
        check(
            &format!("SELECT a FROM t {set} SELECT c FROM u"),
            &["a <- t.a IDENTITY", "rows <- t.a JOIN+GROUP_BY, u.c JOIN"],
        )
        .await;
    }
}

#[tokio::test]
async fn distinct_rows() {
    check(
        "SELECT DISTINCT a, b + 1 AS x FROM t",
        &["a <- t.a IDENTITY", "x <- t.b TRANSFORMATION", "rows <- t.a GROUP_BY, t.b GROUP_BY"],
    )
    .await;
    check(
        "SELECT DISTINCT ON (s) a FROM t ORDER BY s, b",
        &["a <- t.a IDENTITY", "rows <- t.b SORT, t.s GROUP_BY+SORT"],
    )
    .await;
}

#[tokio::test]
async fn a_table_of_which_only_the_number_of_rows_matters_is_an_input() {
    let found = lineage("SELECT count(*) AS n FROM t CROSS JOIN u").await;
    assert_eq!(found.to_string(), "n <- \nrows <- ");
    let inputs: Vec<String> = found.inputs.iter().map(ToString::to_string).collect();
    assert_eq!(inputs, ["t", "u"]);
}
