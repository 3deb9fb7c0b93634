//! From text to one query statement: caps first, then parsing, then table versions and placeholders brought into the
//! form that DataFusion plans.

use std::ops::ControlFlow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use datafusion::error::DataFusionError;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectNamePart, Statement as SqlStatement, TableFactor, TableVersion, Value, VisitMut,
    VisitorMut,
};

use super::dialect::MeshDialect;
use super::limits::QueryLimits;
use super::wording;
use crate::error::QueryError;
use crate::table::AsOf;

/// Separates a table's name from its version inside one identifier; no port name has it.
const VERSION_MARK: char = '@';

/// One query, parsed.
pub(super) struct Parsed {
    pub(super) statement: Statement,
    /// Length of its longest chain of operators: how deep evaluation recurses.
    pub(super) chain: usize,
}

/// Parses `sql` into one query.
///
/// # Errors
/// [`QueryError::TooLarge`], [`QueryError::Plan`] for what is not SQL, [`QueryError::NotAQuery`] for everything else
/// than one query.
pub(super) fn parse(sql: &str, limits: &QueryLimits) -> Result<Parsed, QueryError> {
    let chain = limits.check_text(sql, &MeshDialect)?;
    let mut statements = DFParserBuilder::new(sql)
        .with_dialect(&MeshDialect)
        .with_recursion_limit(limits.depth_max + 2)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| match error.find_root() {
            DataFusionError::SQL(parser, _) => QueryError::Plan(wording::of_parser(parser)),
            _ => QueryError::from(error),
        })?;
    if statements.len() > 1 {
        return Err(QueryError::NotAQuery("several statements".to_owned()));
    }
    let Some(statement) = statements.pop_front() else {
        return Err(QueryError::Plan("the query is empty".to_owned()));
    };
    match statement {
        // A query over the functions, which are the same for everybody.
        Statement::Statement(inner) if matches!(*inner, SqlStatement::ShowFunctions { .. }) => {
            Ok(Parsed { statement: Statement::Statement(inner), chain })
        }
        Statement::Statement(mut inner) if matches!(*inner, SqlStatement::Query(_)) => {
            let mut rewrite = Rewrite { placeholders: 0 };
            match VisitMut::visit(&mut *inner, &mut rewrite) {
                ControlFlow::Break(error) => Err(error),
                ControlFlow::Continue(()) => Ok(Parsed { statement: Statement::Statement(inner), chain }),
            }
        }
        other => Err(QueryError::NotAQuery(first_word(&other.to_string()))),
    }
}

/// `loans@v3` → `loans` as of version 3; `loans@2026-01-01T00:00:00Z` → as of that time.
pub(super) fn split_version(name: &str) -> (&str, Option<AsOf>) {
    let Some((table, version)) = name.split_once(VERSION_MARK) else { return (name, None) };
    let as_of = match version.strip_prefix('v').and_then(|number| number.parse().ok()) {
        Some(number) => Some(AsOf::Version(number)),
        None => DateTime::parse_from_rfc3339(version).ok().map(|time| AsOf::Time(time.to_utc())),
    };
    (table, as_of)
}

struct Rewrite {
    placeholders: usize,
}

impl VisitorMut for Rewrite {
    type Break = QueryError;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<QueryError> {
        // DataFusion reads past the version, and would answer with today's rows.
        if let TableFactor::Table { name, version, alias, .. } = factor
            && let Some(asked) = version.take()
        {
            let plain = name.0.last().and_then(ObjectNamePart::as_ident).cloned();
            match as_of(&asked).and_then(|as_of| versioned(name, &as_of)) {
                Ok(()) => {}
                Err(error) => return ControlFlow::Break(error),
            }
            if alias.is_none()
                && let Some(plain) = plain
            {
                *alias = Some(datafusion::sql::sqlparser::ast::TableAlias {
                    explicit: true,
                    name: plain,
                    columns: Vec::new(),
                    at: None,
                });
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_value(
        &mut self,
        value: &mut datafusion::sql::sqlparser::ast::ValueWithSpan,
    ) -> ControlFlow<QueryError> {
        // JDBC and ODBC write `?`; the planner counts `$1`, `$2`, …
        if let Value::Placeholder(text) = &mut value.value
            && text == "?"
        {
            self.placeholders += 1;
            *text = format!("${}", self.placeholders);
        }
        ControlFlow::Continue(())
    }
}

fn versioned(name: &mut ObjectName, as_of: &AsOf) -> Result<(), QueryError> {
    let Some(ObjectNamePart::Identifier(table)) = name.0.last_mut() else {
        return Err(QueryError::Plan(format!("`{name}` has no versions")));
    };
    let bare = if table.quote_style.is_some() { table.value.clone() } else { table.value.to_ascii_lowercase() };
    let version = match as_of {
        AsOf::Version(version) => format!("v{version}"),
        AsOf::Time(time) => time.to_rfc3339(),
    };
    *table = Ident::with_quote('"', format!("{bare}{VERSION_MARK}{version}"));
    Ok(())
}

fn as_of(version: &TableVersion) -> Result<AsOf, QueryError> {
    match version {
        TableVersion::VersionAsOf(Expr::Value(value)) => match &value.value {
            Value::Number(number, _) => number
                .to_string()
                .parse()
                .map(AsOf::Version)
                .map_err(|_| QueryError::Plan(format!("`{number}` is not a snapshot version"))),
            other => Err(QueryError::Plan(format!("`{other}` is not a snapshot version"))),
        },
        TableVersion::TimestampAsOf(expr) | TableVersion::ForSystemTimeAsOf(expr) => time(expr).map(AsOf::Time),
        other => Err(QueryError::Plan(format!(
            "`{other}` is not a table version: write VERSION AS OF 3 or TIMESTAMP AS OF '2026-01-31'"
        ))),
    }
}

fn time(expr: &Expr) -> Result<DateTime<Utc>, QueryError> {
    let text = match expr {
        Expr::Value(value) => value.value.clone().into_string(),
        Expr::TypedString(typed) => typed.value.value.clone().into_string(),
        _ => None,
    };
    let bad = || QueryError::Plan(format!("`{expr}` is not a time: write '2026-01-31' or '2026-01-31 12:00:00' (UTC)"));
    let text = text.ok_or_else(bad)?;
    let at_midnight = |date: NaiveDate| date.and_hms_opt(0, 0, 0);
    DateTime::parse_from_rfc3339(&text)
        .map(|time| time.to_utc())
        .ok()
        .or_else(|| NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|time| time.and_utc()))
        .or_else(|| NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().and_then(at_midnight).map(|time| time.and_utc()))
        .ok_or_else(bad)
}

fn first_word(statement: &str) -> String {
    statement.split_whitespace().next().unwrap_or("this").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(sql: &str) -> Result<String, String> {
        parse(sql, &QueryLimits::default())
            .map(|parsed| parsed.statement.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn versions_become_part_of_the_name_and_placeholders_are_numbered() {
        assert_eq!(
            rewritten("SELECT * FROM lending.Loans VERSION AS OF 3 WHERE a = ? AND b = ?").as_deref(),
            Ok("SELECT * FROM lending.\"loans@v3\" AS Loans WHERE a = $1 AND b = $2")
        );
        assert_eq!(
            rewritten("SELECT * FROM loans FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-31 12:00:00' AS l").as_deref(),
            Ok("SELECT * FROM \"loans@2026-01-31T12:00:00+00:00\" AS l")
        );
        assert_eq!(split_version("loans@v3"), ("loans", Some(AsOf::Version(3))));
        assert_eq!(split_version("loans"), ("loans", None));
    }

    #[test]
    fn only_one_query_is_served() {
        for sql in [
            "INSERT INTO loans VALUES (1)",
            "UPDATE loans SET a = 1",
            "DELETE FROM loans",
            "CREATE TABLE t AS SELECT 1",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "COPY (SELECT 1) TO '/tmp/x'",
            "SET datafusion.execution.batch_size = 1",
            "EXPLAIN SELECT 1",
            "EXPLAIN ANALYZE SELECT 1",
            "SHOW TABLES",
            "SELECT 1; SELECT 2",
        ] {
            let error = rewritten(sql).expect_err(sql);
            assert!(error.contains("is not served"), "{sql}: {error}");
        }
        assert!(rewritten("").is_err());
        assert!(rewritten("SELEC 1").is_err());
        assert!(rewritten("SELECT * FROM loans TIMESTAMP AS OF 'yesterday'").is_err());
    }
}
