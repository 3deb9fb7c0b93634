//! A domain's own functions: a name, typed arguments, and a closure over one row.
//!
//! A domain writes what one row means, in exact decimals, dates and texts; types, nulls, batches, groups and the place
//! among SQL's functions are handled here. Null in gives null out, as in SQL; a closure that has no answer gives `None`,
//! which is null too.
//!
//! ```
//! use mesh_engine::function::{About, Decimal, Functions, MONEY, RATE};
//!
//! const INTEREST: About = About {
//!     name: "interest_of_a_year",
//!     text: "the interest on an amount in one year",
//!     returns: "the interest, in the amount's currency",
//!     source: "principal × rate",
//!     example: "interest_of_a_year(1000, 2.5)",
//! };
//! let arguments = (("principal", MONEY, "the amount"), ("annual_rate_percent", RATE, "percent a year"));
//! let functions = Functions::new().scalar(INTEREST, arguments, MONEY, |(principal, rate)| {
//!     principal.checked_mul(rate)?.checked_div(Decimal::ONE_HUNDRED)
//! });
//! assert_eq!(functions.names(), ["interest_of_a_year"]);
//! ```

mod about;
mod aggregate;
mod answer;
mod coercion;
mod groups;
mod kind;
mod kinds;
mod listing;
mod optional;
mod returns;
mod rows;
mod scalar;
mod state;
mod table;
mod tuples;

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::registry::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
pub use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
pub use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};

pub use about::About;
pub use answer::answer;
pub use kind::{Kind, Named};
pub use kinds::{
    BOOLEAN, Boolean, DATE, DOUBLE, Date, Double, INTEGER, Integer, MONEY, NUMBER, Number, PERCENT, RATE, TEXT, Text,
    decimal,
};
pub use optional::{Optional, optional};
pub use returns::Returns;
pub use rows::Arguments;
pub use state::{Item, Same, State, Sum};
pub use table::{Columns, Table, table};

pub(crate) use listing::{Listing, SCHEMA as INFORMATION_SCHEMA};

use aggregate::DomainAggregate;
use scalar::DomainScalar;

/// The functions that a domain adds to SQL.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    scalars: Vec<Arc<ScalarUDF>>,
    aggregates: Vec<Arc<AggregateUDF>>,
}

impl Functions {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function of one row. With [`table()`] as its result it gives a small table a row: a list of structs, which
    /// `unnest` turns into rows.
    #[must_use]
    pub fn scalar<A: Arguments, R: Returns>(
        mut self,
        about: About,
        arguments: A,
        returns: R,
        body: impl for<'a> Fn(A::Row<'a>) -> Option<R::Value> + Send + Sync + 'static,
    ) -> Self {
        self.scalars.push(Arc::new(ScalarUDF::from(DomainScalar::new(about, arguments, returns, body))));
        self
    }

    /// Adds a function of the rows of a group: `add` takes a row into the state, `finish` gives the answer. A row with a
    /// null is left out. States of parts of a group are merged, in any order.
    #[must_use]
    pub fn aggregate<A: Arguments, S: State, R: Returns>(
        mut self,
        about: About,
        arguments: A,
        returns: R,
        add: impl for<'a> Fn(&mut S, A::Row<'a>) + Send + Sync + 'static,
        finish: impl Fn(&S) -> Option<R::Value> + Send + Sync + 'static,
    ) -> Self {
        let aggregate = DomainAggregate::new(about, arguments, returns, add, finish);
        self.aggregates.push(Arc::new(AggregateUDF::from(aggregate)));
        self
    }

    /// The functions' names, those of rows first.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let scalars = self.scalars.iter().map(|function| function.name());
        scalars.chain(self.aggregates.iter().map(|function| function.name())).collect()
    }

    /// Puts the functions into a session.
    pub(crate) fn register(&self, state: &mut SessionState) -> Result<()> {
        for function in &self.scalars {
            state.register_udf(Arc::clone(function))?;
        }
        for function in &self.aggregates {
            state.register_udaf(Arc::clone(function))?;
        }
        Ok(())
    }
}
