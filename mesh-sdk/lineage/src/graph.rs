//! The column graph of one output.

use std::collections::BTreeSet;
use std::fmt;

use crate::sources::{Dataset, InputColumn, Sources};

/// Where the columns of one output come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The output's columns, in order.
    pub columns: Vec<OutputColumn>,
    /// What decides which rows there are, and in which order. It affects every column alike.
    pub rows: Sources,
    /// Every dataset that is read, also one of which only the number of rows matters.
    pub inputs: BTreeSet<Dataset>,
}

/// One column of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// What its values depend on, besides [`Lineage::rows`].
    pub sources: Sources,
}

impl Lineage {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&OutputColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether a change of `input` may change the output's column `name`, or which rows it stands in.
    #[must_use]
    pub fn reaches(&self, input: &InputColumn, name: &str) -> bool {
        let of_column = self.column(name).is_some_and(|column| column.sources.of(input).is_some());
        of_column || self.rows.of(input).is_some()
    }
}

/// For people and for tests: a line a column, then one for the rows.
impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for column in &self.columns {
            writeln!(f, "{} <- {}", column.name, column.sources)?;
        }
        write!(f, "rows <- {}", self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transformation::Kind;

    fn input(field: &str) -> InputColumn {
        InputColumn { dataset: Dataset::new("mesh", "t"), field: field.into() }
    }

    #[test]
    fn what_decides_the_rows_reaches_every_column() {
        let lineage = Lineage {
            columns: vec![
                OutputColumn { name: "a".into(), sources: Sources::column(input("a")) },
                OutputColumn { name: "one".into(), sources: Sources::default() },
            ],
            rows: Sources::column(input("b")).by(Kind::Filter),
            inputs: BTreeSet::from([input("a").dataset]),
        };
        assert!(lineage.reaches(&input("a"), "a") && !lineage.reaches(&input("a"), "one"));
        assert!(lineage.reaches(&input("b"), "a") && lineage.reaches(&input("b"), "one"));
        assert_eq!(lineage.to_string(), "a <- t.a IDENTITY\none <- \nrows <- t.b FILTER");
    }
}
