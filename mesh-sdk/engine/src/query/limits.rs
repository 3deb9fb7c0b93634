//! What one query may cost, and the checks on its text that run before any planning.

use std::time::Duration;

use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::QueryError;

/// Limits on one query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryLimits {
    /// Longest query text, in bytes.
    pub sql_bytes_max: usize,
    /// Most operators in one chain, such as the terms of an `OR`: planning and evaluation recurse over them. A long
    /// `IN` list is no chain.
    pub chain_max: usize,
    /// Deepest nesting of parentheses, and of the parser's own recursion.
    pub depth_max: usize,
    /// Longest run, from planning to the last row.
    pub deadline: Duration,
    /// Memory for all queries together, in bytes; beyond it operators spill or fail.
    pub memory_bytes_max: usize,
    /// Memory for copies of snapshots that are read again and again, in bytes, beside that for queries; zero for none.
    pub hot_bytes_max: usize,
    /// Rows in a batch.
    pub batch_rows: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self {
            sql_bytes_max: 1024 * 1024,
            chain_max: 500,
            depth_max: 48,
            deadline: Duration::from_secs(300),
            memory_bytes_max: 2 * 1024 * 1024 * 1024,
            hot_bytes_max: 1024 * 1024 * 1024,
            batch_rows: 32_768,
        }
    }
}

impl QueryLimits {
    /// Refuses a text that is too long, too deep or too wide to be parsed and planned, and gives the length of its
    /// longest chain.
    ///
    /// # Errors
    /// [`QueryError::TooLarge`], or [`QueryError::Plan`] when the text is not made of SQL tokens.
    pub(super) fn check_text(&self, sql: &str, dialect: &dyn Dialect) -> Result<usize, QueryError> {
        within("long", sql.len(), self.sql_bytes_max)?;
        let tokens = Tokenizer::new(dialect, sql).tokenize().map_err(|error| QueryError::Plan(error.to_string()))?;
        // One counter an open parenthesis: a chain ends with the parentheses it stands in.
        let mut chains = vec![0_usize];
        let mut longest = 0;
        for token in &tokens {
            match token {
                Token::LParen => chains.push(0),
                Token::RParen if chains.len() > 1 => drop(chains.pop()),
                token if links(token) => {
                    if let Some(chain) = chains.last_mut() {
                        *chain += 1;
                        longest = longest.max(*chain);
                    }
                }
                _ => {}
            }
            within("deep", chains.len() - 1, self.depth_max)?;
        }
        within("wide", longest, self.chain_max)?;
        Ok(longest)
    }
}

fn within(what: &'static str, size: usize, max: usize) -> Result<(), QueryError> {
    if size > max { Err(QueryError::TooLarge { what, size, max }) } else { Ok(()) }
}

/// Whether the token makes an expression one level deeper without a parenthesis. Commas do not nest.
fn links(token: &Token) -> bool {
    match token {
        Token::Word(word) => ["AND", "OR", "NOT", "UNION", "EXCEPT", "INTERSECT", "JOIN", "CASE", "WHEN", "LIKE", "IS"]
            .iter()
            .any(|keyword| word.value.eq_ignore_ascii_case(keyword)),
        Token::Plus
        | Token::Minus
        | Token::Mul
        | Token::Div
        | Token::Mod
        | Token::Eq
        | Token::Lt
        | Token::Gt
        | Token::LtEq
        | Token::GtEq
        | Token::Neq
        | Token::StringConcat
        | Token::Tilde
        | Token::DoubleColon
        | Token::LBracket
        | Token::Ampersand
        | Token::Pipe
        | Token::Caret => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;

    use super::*;

    fn check(sql: &str) -> Result<(), String> {
        QueryLimits::default().check_text(sql, &GenericDialect {}).map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn ordinary_queries_pass_and_monsters_do_not() {
        assert_eq!(check("SELECT a, sum(b) FROM t WHERE a > 1 AND b IN (1, 2, 3) GROUP BY a"), Ok(()));
        let long_list = format!("SELECT 1 WHERE 1 IN ({})", vec!["1"; 20_000].join(","));
        assert_eq!(check(&long_list), Ok(()), "a list does not nest");
        for (sql, what) in [
            (format!("SELECT {}", vec!["1"; 10_000].join("+")), "wide"),
            (format!("SELECT 1 WHERE {}", vec!["a=1"; 20_000].join(" OR ")), "wide"),
            (format!("SELECT {}1{}", "(".repeat(100), ")".repeat(100)), "deep"),
            (format!("SELECT '{}'", "x".repeat(2_000_000)), "long"),
        ] {
            let error = check(&sql).expect_err(what);
            assert!(error.contains(what), "{error}");
        }
    }
}
