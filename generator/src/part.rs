//! The bank in parts: each is made alone, from its own streams, and makes rows of tables that belong together.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::error::ArrowError;

use crate::bank::Bank;
use crate::claim::{self, CLAIMS_OF_PART, Claim};
use crate::customer::{self, Customer};
use crate::household::Household;
use crate::market::{INSTRUMENTS_OF_PART, Market};
use crate::policy::{self, POLICIES_OF_PART, Policy};
use crate::portfolio::{self, Portfolio};
use crate::table::Table;
use crate::{account, fixed_deposit, instrument, loan, price, trade, transaction};

/// Customers of one part: about 400,000 bookings.
const CUSTOMERS_OF_PART: u64 = 4_000;
/// Numbers of bookings and trades that one part may give out.
const NUMBERS_OF_PART: u64 = 10_000_000;

/// Rows of one table.
pub(crate) type Rows = (Table, RecordBatch);

/// One part of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Customers(u64),
    Loans,
    Instruments(u64),
    Policies(u64),
    Claims(u64),
}

impl Part {
    /// The parts of `bank` in which `wanted` tables have rows, in the order in which these are written.
    pub(crate) fn all(bank: &Bank, wanted: &[Table]) -> Vec<Self> {
        let count = |rows: u64, of_part: u64| 0..rows.div_ceil(of_part);
        let mut parts: Vec<Self> = count(bank.customers(), CUSTOMERS_OF_PART).map(Self::Customers).collect();
        parts.push(Self::Loans);
        parts.extend(count(bank.instruments(), INSTRUMENTS_OF_PART).map(Self::Instruments));
        parts.extend(count(bank.policies(), POLICIES_OF_PART).map(Self::Policies));
        parts.extend(count(bank.claims(), CLAIMS_OF_PART).map(Self::Claims));
        parts.retain(|part| part.tables().iter().any(|table| wanted.contains(table)));
        parts
    }

    fn tables(self) -> &'static [Table] {
        match self {
            Self::Customers(_) => &[
                Table::Customers,
                Table::Accounts,
                Table::Transactions,
                Table::FixedDeposits,
                Table::Portfolios,
                Table::Trades,
            ],
            Self::Loans => &[Table::LoanBorrowers],
            Self::Instruments(_) => &[Table::Instruments, Table::Prices],
            Self::Policies(_) => &[Table::Policies],
            Self::Claims(_) => &[Table::Claims, Table::ClaimMovements],
        }
    }

    /// Its rows, of `wanted` tables only.
    pub(crate) fn rows(self, bank: &Bank, market: &Market, wanted: &[Table]) -> Result<Vec<Rows>, ArrowError> {
        let mut rows = Collected { wanted, rows: Vec::new() };
        match self {
            Self::Customers(part) => customers(bank, market, part, &mut rows)?,
            Self::Loans => {
                rows.push(Table::LoanBorrowers, || loan::columns(bank, &mut bank.stream(Table::LoanBorrowers, 0)))?;
            }
            Self::Instruments(part) => instruments(market.part(part), &mut rows)?,
            Self::Policies(part) => {
                let policies = numbers(part, POLICIES_OF_PART, bank.policies()).map(|id| Policy::draw(bank, id));
                rows.push(Table::Policies, || policy::columns(&policies.collect::<Vec<_>>()))?;
            }
            Self::Claims(part) => claims(bank, part, &mut rows)?,
        }
        Ok(rows.rows)
    }
}

struct Collected<'a> {
    wanted: &'a [Table],
    rows: Vec<Rows>,
}

impl Collected<'_> {
    fn wants(&self, tables: &[Table]) -> bool {
        tables.iter().any(|table| self.wanted.contains(table))
    }

    fn push(&mut self, table: Table, columns: impl FnOnce() -> Vec<ArrayRef>) -> Result<(), ArrowError> {
        if self.wants(&[table]) {
            let batch = RecordBatch::try_new(table.schema(), columns())?;
            if batch.num_rows() > 0 {
                self.rows.push((table, batch));
            }
        }
        Ok(())
    }
}

/// The numbers, from 1, of the rows of a part.
fn numbers(part: u64, of_part: u64, count: u64) -> impl Iterator<Item = u64> {
    part * of_part + 1..=((part + 1) * of_part).min(count)
}

fn customers(bank: &Bank, market: &Market, part: u64, rows: &mut Collected<'_>) -> Result<(), ArrowError> {
    let mut stream = bank.stream(Table::Customers, part);
    let customers: Vec<Customer> =
        numbers(part, CUSTOMERS_OF_PART, bank.customers()).map(|id| Customer::draw(bank, id, &mut stream)).collect();
    rows.push(Table::Customers, || customer::columns(&customers))?;
    let first = part * NUMBERS_OF_PART + 1;
    if rows.wants(&[Table::Accounts, Table::Transactions, Table::FixedDeposits]) {
        let mut stream = bank.stream(Table::Accounts, part);
        let (mut accounts, mut transactions, mut deposits) = (Vec::new(), Vec::new(), Vec::new());
        for customer in &customers {
            let household = Household::draw(customer, &mut stream);
            accounts.extend(household.accounts);
            transactions.extend(household.transactions);
            deposits.extend(household.deposits);
        }
        rows.push(Table::Accounts, || account::columns(&accounts))?;
        rows.push(Table::Transactions, || transaction::columns(&transactions, first))?;
        rows.push(Table::FixedDeposits, || fixed_deposit::columns(&deposits))?;
    }
    if rows.wants(&[Table::Portfolios, Table::Trades]) {
        let mut stream = bank.stream(Table::Portfolios, part);
        let portfolios: Vec<Portfolio> =
            customers.iter().filter_map(|customer| Portfolio::draw(customer, &mut stream)).collect();
        rows.push(Table::Portfolios, || portfolio::columns(&portfolios))?;
        let mut stream = bank.stream(Table::Trades, part);
        rows.push(Table::Trades, || {
            let trades = portfolios.iter().flat_map(|portfolio| trade::draw(portfolio, market, &mut stream));
            trade::columns(&trades.collect::<Vec<_>>(), first)
        })?;
    }
    Ok(())
}

fn instruments(
    part: &[(instrument::Instrument, Vec<price::Quote>)],
    rows: &mut Collected<'_>,
) -> Result<(), ArrowError> {
    if rows.wants(&[Table::Prices]) {
        let quotes: Vec<_> = part.iter().map(|(instrument, quotes)| (instrument, quotes.as_slice())).collect();
        rows.push(Table::Prices, || price::columns(&quotes))?;
    }
    let instruments: Vec<&instrument::Instrument> = part.iter().map(|(instrument, _)| instrument).collect();
    rows.push(Table::Instruments, || instrument::columns(&instruments))
}

fn claims(bank: &Bank, part: u64, rows: &mut Collected<'_>) -> Result<(), ArrowError> {
    let mut stream = bank.stream(Table::Claims, part);
    let (mut claims, mut movements) = (Vec::new(), Vec::new());
    for id in numbers(part, CLAIMS_OF_PART, bank.claims()) {
        let (claim, of_claim) = Claim::draw(bank, id, &mut stream);
        claims.push(claim);
        movements.extend(of_claim);
    }
    rows.push(Table::Claims, || claim::columns(&claims))?;
    rows.push(Table::ClaimMovements, || claim::movement_columns(&movements))
}
