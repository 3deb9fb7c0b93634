//! A domain's own functions: a name, typed arguments, and a closure over one row in exact decimals.
//!
//! A domain writes what one row means; types, nulls, batches and the place among SQL's functions are handled here. Null
//! in gives null out, as in SQL; a closure that has no answer gives `None`, which is null too.

mod output;
mod udf;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;
pub use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};

use udf::DomainFunction;

/// An argument's or a result's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A whole number of 32 bits.
    Integer,
    /// An exact decimal.
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits behind the point; results are rounded half away from zero.
        scale: u8,
    },
}

/// An amount of money, `decimal(18,2)`.
pub const MONEY: Kind = Kind::Decimal { precision: 18, scale: 2 };
/// A rate, `decimal(9,6)`.
pub const RATE: Kind = Kind::Decimal { precision: 9, scale: 6 };
/// A whole number.
pub const INTEGER: Kind = Kind::Integer;

/// A name and a type: of an argument, or of a column in a table that a function gives.
pub type Named = (&'static str, Kind);

/// The arguments of one row, none of them null.
#[derive(Clone, Copy, Debug)]
pub struct Arguments<'a>(&'a [Decimal]);

impl Arguments<'_> {
    /// The argument at `position`, counted from 0; zero when there is none.
    #[must_use]
    pub fn get(&self, position: usize) -> Decimal {
        self.0.get(position).copied().unwrap_or_default()
    }
}

/// The functions that a domain adds to SQL.
#[derive(Clone, Debug, Default)]
pub struct Functions(Vec<Arc<ScalarUDF>>);

impl Functions {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function that gives one value a row.
    #[must_use]
    pub fn scalar(
        mut self,
        name: &'static str,
        arguments: &[Named],
        returns: Kind,
        body: impl Fn(Arguments<'_>) -> Option<Decimal> + Send + Sync + 'static,
    ) -> Self {
        self.0.push(DomainFunction::scalar(name, arguments, returns, body));
        self
    }

    /// Adds a function that gives a small table a row: a list of structs, which `unnest` turns into rows.
    #[must_use]
    pub fn table(
        mut self,
        name: &'static str,
        arguments: &[Named],
        columns: &[Named],
        body: impl Fn(Arguments<'_>) -> Option<Vec<Vec<Decimal>>> + Send + Sync + 'static,
    ) -> Self {
        self.0.push(DomainFunction::table(name, arguments, columns, body));
        self
    }

    /// The functions as DataFusion holds them.
    #[must_use]
    pub fn into_udfs(self) -> Vec<Arc<ScalarUDF>> {
        self.0
    }
}
