//! A model's text: exactly one query.

use datafusion::sql::parser::{DFParserBuilder, Statement as DfStatement};
use datafusion::sql::sqlparser::ast::{Query, SetExpr, Statement};
use datafusion::sql::sqlparser::dialect::GenericDialect;

use super::error::{ModelError, SqlPlace};

/// Deep enough for any query a person writes, and far from the end of the stack.
const NESTING_MAX: usize = 100;

/// One model: the query that fills a port.
#[derive(Clone, Debug)]
pub struct Model {
    port: String,
    sql: String,
    file: String,
    query: Box<Query>,
}

impl Model {
    /// Reads the model of `port`; `file` is what messages call it.
    ///
    /// # Errors
    /// [`ModelError`] when `sql` is not SQL, or not exactly one query.
    pub fn parse(port: impl Into<String>, file: impl Into<String>, sql: impl Into<String>) -> Result<Self, ModelError> {
        let (port, file, sql) = (port.into(), file.into(), sql.into());
        let not_one = |found: String| ModelError::NotOneQuery { file: file.clone(), found };
        let dialect = GenericDialect {};
        let statements = DFParserBuilder::new(sql.as_str())
            .with_dialect(&dialect)
            .with_recursion_limit(NESTING_MAX)
            .build()
            .and_then(|mut parser| parser.parse_statements())
            .map_err(|error| syntax(&file, &error.to_string()))?;
        let query = match statements.len() {
            0 => return Err(not_one("nothing".into())),
            1 => match statements.into_iter().next() {
                Some(DfStatement::Statement(statement)) => query(*statement).map_err(not_one)?,
                Some(other) => return Err(not_one(format!("`{}`", first_word(&other.to_string())))),
                None => return Err(not_one("nothing".into())),
            },
            count => return Err(not_one(format!("{count} statements"))),
        };
        Ok(Self { port, sql, file, query })
    }

    /// The port it fills, without the domain.
    #[must_use]
    pub fn port(&self) -> &str {
        &self.port
    }

    /// The text.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// Its file, as messages name it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    pub(super) fn query(&self) -> &Query {
        &self.query
    }

    /// The statement for the planner.
    pub(crate) fn statement(&self) -> DfStatement {
        DfStatement::Statement(Box::new(Statement::Query(self.query.clone())))
    }
}

/// `INSERT`, `UPDATE` and the like can hide in a query's body, so that is looked at too.
fn query(statement: Statement) -> Result<Box<Query>, String> {
    match statement {
        Statement::Query(query) if reads(&query.body) => Ok(query),
        other => Err(format!("`{}`", first_word(&other.to_string()))),
    }
}

fn reads(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_none(),
        SetExpr::Query(query) => reads(&query.body),
        SetExpr::SetOperation { left, right, .. } => reads(left) && reads(right),
        SetExpr::Values(_) | SetExpr::Table(_) => true,
        _ => false,
    }
}

fn first_word(statement: &str) -> String {
    statement.split_whitespace().next().unwrap_or_default().to_uppercase()
}

/// The parser puts its place at the end of the message: ` at Line: 3, Column: 7`.
fn syntax(file: &str, message: &str) -> ModelError {
    let message = message.trim_start_matches("SQL error: ").trim();
    let bare = message
        .strip_prefix("ParserError(\"")
        .and_then(|rest| rest.strip_suffix("\")"))
        .unwrap_or(message)
        .replace("\\\"", "\"");
    let (what, place) = bare.rsplit_once(" at Line: ").map_or((bare.as_str(), None), |(what, at)| (what, Some(at)));
    let mut numbers = place.unwrap_or_default().split(", Column: ").map(|number| number.trim().parse().unwrap_or(0));
    let (line, column) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let mut what = what.to_owned();
    if let Some(first) = what.get(..1).map(str::to_lowercase) {
        what.replace_range(..1, &first);
    }
    ModelError::Syntax { place: SqlPlace { file: file.to_owned(), line, column }, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sql: &str) -> String {
        Model::parse("loans", "models/loans.sql", sql).expect_err("refused").to_string()
    }

    #[test]
    fn one_query_is_taken() {
        for sql in
            ["SELECT 1 AS a", "WITH x AS (SELECT 1 AS a) SELECT * FROM x;", "SELECT 1 UNION ALL SELECT 2", "VALUES (1)"]
        {
            assert!(Model::parse("loans", "models/loans.sql", sql).is_ok(), "{sql}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        insta::assert_snapshot!(refused(""), @"models/loans.sql: a model is one query, found nothing");
        insta::assert_snapshot!(refused("SELECT 1; SELECT 2"), @"models/loans.sql: a model is one query, found 2 statements");
        insta::assert_snapshot!(refused("COPY (SELECT 1) TO '/tmp/x.csv'"), @"models/loans.sql: a model is one query, found `COPY`");
        insta::assert_snapshot!(refused("CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'"), @"models/loans.sql: a model is one query, found `CREATE`");
        insta::assert_snapshot!(refused("DROP TABLE x"), @"models/loans.sql: a model is one query, found `DROP`");
        insta::assert_snapshot!(refused("EXPLAIN SELECT 1"), @"models/loans.sql: a model is one query, found `EXPLAIN`");
        insta::assert_snapshot!(refused("SELECT 1 INTO x"), @"models/loans.sql: a model is one query, found `SELECT`");
        insta::assert_snapshot!(refused("SELECT a\nFROM x\nWHERE"), @"models/loans.sql: expected: an expression, found: EOF");
        insta::assert_snapshot!(refused("SELEC 1"), @"models/loans.sql:1:1: expected: an SQL statement, found: SELEC");
    }
}
