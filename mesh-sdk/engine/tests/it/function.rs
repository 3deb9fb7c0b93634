//! Domain functions in SQL: kinds, nulls, groups, errors and documentation.

use chrono::{DateTime, NaiveDate};
use mesh_engine::function::{
    About, BOOLEAN, DATE, DOUBLE, Decimal, Functions, INTEGER, MONEY, NUMBER, RATE, Same, Sum, TEXT, answer, optional,
    table,
};
use mesh_engine::{Ports, QueryLimits, ReadLog, Reader, ReaderSettings};
use mesh_policy::{Agreements, Clock};

use crate::fixture::identity;
use crate::read::text;

const fn about(name: &'static str) -> About {
    About { name, text: "does a thing", returns: "a thing", source: "nobody", example: "thing(1)" }
}

fn scalars() -> Functions {
    let every = (
        ("whole", INTEGER, "a count"),
        ("amount", MONEY, "an amount"),
        ("day", DATE, "a day"),
        ("name", TEXT, "a name"),
        ("flag", BOOLEAN, "a sign"),
        ("number", DOUBLE, "a number"),
    );
    let months = (("from", DATE, "first day"), ("months", INTEGER, "how many"));
    let days = table((("day", DATE, "a day"), ("amount", optional(MONEY), "an amount"), ("name", TEXT, "a name")));
    Functions::new()
        .scalar(about("told"), every, TEXT, |(whole, amount, day, name, flag, number)| {
            Some(format!("{whole} {amount} {day} {name} {flag} {number}"))
        })
        .scalar(about("later"), months, DATE, |(from, months)| {
            from.checked_add_months(chrono::Months::new(u32::try_from(months).ok()?))
        })
        .scalar(about("days"), months, days, |(from, count): (NaiveDate, i32)| {
            let row = |(number, day): (usize, NaiveDate)| {
                (day, (number != 1).then(|| Decimal::from(number)), format!("day {number}"))
            };
            Some(from.iter_days().enumerate().take(usize::try_from(count).ok()?).map(row).collect())
        })
        .scalar(
            about("less"),
            (("amount", MONEY, "an amount"), ("percent", optional(RATE), "a discount")),
            MONEY,
            |(amount, percent)| Some(amount - amount * percent.unwrap_or(Decimal::TEN) / Decimal::ONE_HUNDRED),
        )
        .scalar(about("root"), (("number", DOUBLE, "a number"),), DOUBLE, |(number,)| Some(number.sqrt()))
        .scalar(about("is_even"), (("number", INTEGER, "a number"),), BOOLEAN, |(number,)| Some(number % 2 == 0))
}

fn aggregates() -> Functions {
    let weighted = (("value", MONEY, "a value"), ("weight", MONEY, "its weight"));
    Functions::new()
        .aggregate(
            about("weighted_mean"),
            weighted,
            NUMBER,
            |(sum, weights): &mut (Sum, Sum), (value, weight)| {
                sum.add(value * weight);
                weights.add(weight);
            },
            |(sum, weights)| sum.value()?.checked_div(weights.value()?),
        )
        .aggregate(
            about("nth"),
            (("day", DATE, "a day"), ("position", INTEGER, "counted from 0")),
            DATE,
            |(days, position): &mut (Vec<NaiveDate>, Same<i32>), (day, n)| {
                days.push(day);
                position.add(n);
            },
            |(days, position)| {
                let mut days = days.clone();
                days.sort_unstable();
                days.get(usize::try_from(position.value()?).ok()?).copied()
            },
        )
}

async fn rows(functions: &Functions, sql: &str) -> Vec<String> {
    let rows = answer(functions, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.into_iter()
        .map(|row| row.into_iter().map(|v| v.unwrap_or("-".into())).collect::<Vec<_>>().join(" | "))
        .collect()
}

async fn error(functions: &Functions, sql: &str) -> String {
    answer(functions, sql).await.expect_err(sql).to_string()
}

#[tokio::test]
async fn every_kind_goes_in_and_comes_out() {
    let told = "told(7, 1.005, '2024-02-29', 'x', true, 0.5)";
    assert_eq!(rows(&scalars(), &format!("SELECT {told}")).await, ["7 1.01 2024-02-29 x true 0.5"]);
    let columns = "SELECT told(w, w, d, upper(n), w > 1, w), later(d, w), is_even(w), root(w - 1) \
                   FROM (VALUES (1, '2024-01-31', 'a'), (2, '2023-01-31', NULL), (0, '2023-01-31', 'c')) AS t(w, d, n)";
    assert_eq!(
        rows(&scalars(), columns).await,
        [
            "1 1.00 2024-01-31 A false 1 | 2024-02-29 | false | 0.0",
            "- | 2023-03-31 | true | 1.0",
            "0 0.00 2023-01-31 C false 0 | 2023-01-31 | true | -"
        ]
    );
}

#[tokio::test]
async fn constants_beside_columns_mean_the_same_in_every_row() {
    let sql = "SELECT less(a, 50), less(100, p), less(a, NULL), less(a) FROM (VALUES (10.01, 5), (NULL, 7)) AS t(a, p)";
    assert_eq!(rows(&scalars(), sql).await, ["5.01 | 95.00 | - | 9.01", "- | 93.00 | - | -"]);
}

#[tokio::test]
async fn a_small_table_has_dates_texts_and_nulls() {
    let sql = "SELECT row['day'], row['amount'], row['name'] \
               FROM (SELECT unnest(days(d, n)) AS row FROM (VALUES ('2024-02-28', 3), ('2025-01-01', 0), (NULL, 9)) AS t(d, n))";
    assert_eq!(
        rows(&scalars(), sql).await,
        ["2024-02-28 | 0.00 | day 0", "2024-02-29 | - | day 1", "2024-03-01 | 2.00 | day 2"]
    );
    assert_eq!(rows(&scalars(), "SELECT cardinality(days('2025-01-01', 0)), days('2025-01-01', -1)").await, ["0 | -"]);
}

#[tokio::test]
async fn groups_are_folded_in_parts_and_merged() {
    let parts: Vec<String> =
        (0..40).map(|part| format!("SELECT {part} % 3 AS g, {part}.5 AS v, {part} AS w")).collect();
    let sql = format!(
        "SELECT g, weighted_mean(v, w), weighted_mean(v, w) FILTER (WHERE w > 30) FROM ({}) GROUP BY g ORDER BY g",
        parts.join(" UNION ALL ")
    );
    let mean = |g: usize, from: usize| {
        let (sum, weights) = (0..40).filter(|n| n % 3 == g && *n > from).fold((0.0, 0.0), |(sum, weights), n| {
            let n = n as f64;
            (sum + (n + 0.5) * n, weights + n)
        });
        format!("{:.12}", sum / weights)
    };
    let expected: Vec<String> = (0..3).map(|g| format!("{g} | {} | {}", mean(g, 0), mean(g, 30))).collect();
    assert_eq!(rows(&aggregates(), &sql).await, expected);
}

#[tokio::test]
async fn a_group_leaves_nulls_out_and_may_be_empty() {
    let sql = "SELECT weighted_mean(v, w), nth(d, 1), nth(d, p) \
               FROM (VALUES (1, 2, '2024-01-02', 0), (NULL, 5, '2024-01-01', 1), (4, 1, NULL, 0)) AS t(v, w, d, p)";
    assert_eq!(rows(&aggregates(), sql).await, ["2.000000000000 | 2024-01-02 | -"]);
    assert_eq!(rows(&aggregates(), "SELECT weighted_mean(1, 0), nth(NULL, 1) WHERE 1 = 2").await, ["- | -"]);
}

#[tokio::test]
async fn an_aggregate_runs_over_a_growing_window() {
    let sql = "SELECT weighted_mean(v, 1) OVER (ORDER BY v) FROM (VALUES (1), (2), (6)) AS t(v)";
    assert_eq!(rows(&aggregates(), sql).await, ["1.000000000000", "1.500000000000", "3.000000000000"]);
}

#[tokio::test]
async fn what_does_not_fit_is_an_error_in_the_functions_own_words() {
    let cases = [
        ("SELECT less(1, 2, 3)", "`less(amount[, percent])` takes 1 to 2 arguments, and 3 were given"),
        ("SELECT later('2024-01-01')", "`later(from, months)` takes 2 arguments, and 1 were given"),
        ("SELECT later(5, 5)", "`from` of `later(from, months)` is a date, and `Int64` was given"),
        ("SELECT later('2024-01-01', 1.5)", "is a whole number, and `Decimal128(2, 1)` was given"),
        ("SELECT less('ten')", "`amount` of `less(amount[, percent])` is a number, and `Utf8` was given"),
        ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "DDL not supported"),
        ("SELECT less(9999999999999999, -900)", "does not fit the function's type, decimal(18,2)"),
    ];
    for (sql, expected) in cases {
        let error = error(&scalars(), sql).await;
        assert!(error.contains(expected), "{sql}: {error}");
    }
    let distinct = "SELECT weighted_mean(DISTINCT v, v) FROM (VALUES (1), (2)) AS t(v)";
    let error = error(&aggregates(), distinct).await;
    assert!(error.contains("DISTINCT"), "{error}");
}

#[tokio::test]
async fn the_catalog_shows_what_a_function_is() {
    let sql = "SELECT function_type, syntax_example, description, is_deterministic FROM information_schema.routines \
               WHERE routine_name IN ('less', 'nth')";
    let described = "does a thing. Arguments: amount (Decimal128(18, 2)): an amount; percent (Decimal128(9, 6)): a discount \
                     (optional); returns a thing. Source: nobody";
    assert_eq!(rows(&scalars(), sql).await, [format!("SCALAR | less(amount[, percent]) | {described} | true")]);
    assert_eq!(rows(&aggregates(), sql).await.len(), 1);
    let shown = rows(&aggregates(), "SHOW FUNCTIONS LIKE 'nth'").await;
    assert!(shown.iter().any(|row| row.contains("nth(day, position)") && row.contains("AGGREGATE")), "{shown:?}");
}

#[tokio::test]
async fn a_governed_session_shows_the_functions_and_nothing_else_of_the_catalog() {
    let reader = Reader::new(ReaderSettings {
        ports: Ports::default(),
        functions: scalars(),
        domain: "lending".into(),
        reads: ReadLog::default(),
        agreements: Agreements::default(),
        limits: QueryLimits::default(),
        clock: Clock::fixed(DateTime::UNIX_EPOCH),
    })
    .expect("a reader");
    let session = reader.session(&identity("ana", None));
    let shown = text(&session, "SHOW FUNCTIONS LIKE 'less'").await;
    assert!(shown.contains("less(amount[, percent])") && shown.contains("a discount (optional)"), "{shown}");
    let parameters = "SELECT parameter_name, data_type, parameter_mode FROM information_schema.parameters \
                      WHERE specific_name = 'later' ORDER BY parameter_mode, ordinal_position";
    insta::assert_snapshot!(text(&session, parameters).await, @"
    +----------------+-----------+----------------+
    | parameter_name | data_type | parameter_mode |
    +----------------+-----------+----------------+
    | from           | Date      | IN             |
    | months         | Int32     | IN             |
    |                | Date      | OUT            |
    +----------------+-----------+----------------+
    ");
    let sql = "SELECT count(*) AS n FROM information_schema.routines WHERE routine_name IN ('less', 'sqrt')";
    insta::assert_snapshot!(text(&session, sql).await, @"
    +---+
    | n |
    +---+
    | 3 |
    +---+
    ");
    for hidden in ["tables", "columns", "df_settings", "schemata", "views"] {
        let answer = text(&session, &format!("SELECT * FROM information_schema.{hidden}")).await;
        assert!(answer.starts_with("FC-2001: there is no table"), "{answer}");
    }
}
