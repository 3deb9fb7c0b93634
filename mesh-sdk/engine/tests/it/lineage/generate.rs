//! Random queries over the world's tables, of every construct.

mod expression;
mod relation;
mod select;

use std::collections::BTreeSet;

use super::dice::Dice;

/// A query, and what is known of it without a plan.
pub(super) struct Query {
    pub(super) sql: String,
    /// The constructs that it has.
    pub(super) constructs: BTreeSet<&'static str>,
    /// The tables that it reads.
    pub(super) tables: BTreeSet<&'static str>,
}

/// Types of columns. Results have the first three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Int,
    Text,
    Bool,
    List,
    Struct,
}

/// A column that can be written here.
#[derive(Clone, Debug)]
struct Column {
    text: String,
    of: Type,
}

/// Something that can stand behind `FROM`.
struct Relation {
    text: String,
    columns: Vec<Column>,
}

struct Generator {
    dice: Dice,
    constructs: BTreeSet<&'static str>,
    tables: BTreeSet<&'static str>,
    names: usize,
    /// Whether a subquery may stand where the expression stands.
    subqueries: bool,
}

/// The query of that seed.
pub(super) fn query(seed: u64) -> Query {
    let mut generator = Generator {
        dice: Dice::new(seed),
        constructs: BTreeSet::new(),
        tables: BTreeSet::new(),
        names: 0,
        subqueries: false,
    };
    let types = generator.types(4);
    let depth = generator.dice.below(3);
    let sql = generator.select(&types, depth);
    Query { sql, constructs: generator.constructs, tables: generator.tables }
}

impl Generator {
    fn types(&mut self, most: usize) -> Vec<Type> {
        let count = 1 + self.dice.below(most);
        (0..count).map(|_| self.dice.pick(&[Type::Int, Type::Int, Type::Int, Type::Text, Type::Bool])).collect()
    }

    /// A name that stands for nothing else in the query.
    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn met(&mut self, construct: &'static str) {
        self.constructs.insert(construct);
    }

    fn column(&mut self, of: Type, columns: &[Column]) -> Option<String> {
        let fitting: Vec<&Column> = columns.iter().filter(|column| column.of == of).collect();
        (!fitting.is_empty()).then(|| self.dice.pick(&fitting).text.clone())
    }
}

/// Columns that can be compared and ordered.
fn scalars(columns: &[Column]) -> Vec<Column> {
    columns.iter().filter(|column| !matches!(column.of, Type::List | Type::Struct)).cloned().collect()
}

/// An order in which only rows that are alike stand beside each other. A `USING` key without a table's name is there
/// with it too, and DataFusion 55.2 panics on an order that names a column twice.
fn total_order(columns: &[Column]) -> String {
    let qualified = scalars(columns).into_iter().map(|column| column.text).filter(|text| text.contains('.'));
    qualified.collect::<Vec<_>>().join(", ")
}
