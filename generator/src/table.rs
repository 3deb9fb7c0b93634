//! The tables of the bank: names, columns and keys.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};

use crate::columns::Kind;
use crate::{account, claim, customer, fixed_deposit, instrument, loan, policy, portfolio, price, trade, transaction};

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Table {
    /// Persons and companies.
    Customers,
    /// Deposit accounts with balances.
    Accounts,
    /// Bookings.
    Transactions,
    /// Terms of fixed deposits.
    FixedDeposits,
    /// Who borrowed the LendingClub loans.
    LoanBorrowers,
    /// Stocks, bonds and funds.
    Instruments,
    /// Closing prices.
    Prices,
    /// Portfolios of customers.
    Portfolios,
    /// Executions.
    Trades,
    /// Policies of workers' compensation.
    Policies,
    /// Claims.
    Claims,
    /// Payments and changes of reserves.
    ClaimMovements,
}

/// A column: its name, what it holds, and whether it always has a value.
pub(crate) type Column = (&'static str, Kind, bool);

/// What a table is, for those who store it.
pub(crate) struct Design {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// How many columns from the first on are the primary key.
    pub(crate) key: usize,
    /// A column, and the table whose key it is.
    pub(crate) references: &'static [(&'static str, Table)],
}

impl Table {
    /// Every table, those that others refer to first.
    pub const ALL: [Self; 12] = [
        Self::Customers,
        Self::Accounts,
        Self::Transactions,
        Self::FixedDeposits,
        Self::LoanBorrowers,
        Self::Instruments,
        Self::Prices,
        Self::Portfolios,
        Self::Trades,
        Self::Policies,
        Self::Claims,
        Self::ClaimMovements,
    ];

    pub(crate) fn design(self) -> &'static Design {
        match self {
            Self::Customers => &customer::DESIGN,
            Self::Accounts => &account::DESIGN,
            Self::Transactions => &transaction::DESIGN,
            Self::FixedDeposits => &fixed_deposit::DESIGN,
            Self::LoanBorrowers => &loan::DESIGN,
            Self::Instruments => &instrument::DESIGN,
            Self::Prices => &price::DESIGN,
            Self::Portfolios => &portfolio::DESIGN,
            Self::Trades => &trade::DESIGN,
            Self::Policies => &policy::DESIGN,
            Self::Claims => &claim::DESIGN,
            Self::ClaimMovements => &claim::MOVEMENTS,
        }
    }

    /// Its name, which is also its file's.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.design().name
    }

    /// Its number, which chooses its streams: it never changes, so that a new table leaves the others as they are.
    pub(crate) fn number(self) -> u64 {
        self as u64 + 1
    }

    /// The columns of its primary key.
    pub fn key(self) -> impl Iterator<Item = &'static str> {
        self.design().columns.iter().take(self.design().key).map(|(name, _, _)| *name)
    }

    /// Its foreign keys: a column, and the table whose key it is.
    #[must_use]
    pub fn references(self) -> &'static [(&'static str, Self)] {
        self.design().references
    }

    /// Its columns.
    pub fn columns(self) -> impl Iterator<Item = (&'static str, Kind, bool)> {
        self.design().columns.iter().copied()
    }

    /// Its Arrow schema.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        let fields = self.columns().map(|(name, kind, required)| Field::new(name, kind.arrow(), !required));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no table `{0}`")]
pub struct NoTable(String);

impl FromStr for Table {
    type Err = NoTable;

    fn from_str(text: &str) -> Result<Self, NoTable> {
        Self::ALL.into_iter().find(|table| table.name() == text).ok_or_else(|| NoTable(text.to_owned()))
    }
}
