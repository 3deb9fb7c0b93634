//! Which bank is made: its size, its seed and its days.

use crate::day::Day;
use crate::random::Stream;
use crate::table::Table;

/// Customers of scale 1.
const CUSTOMERS: f64 = 100_000.0;
/// Instruments of scale 1, the fewest that make a market, and the most that are held in memory with their prices.
const INSTRUMENTS: f64 = 2_000.0;
const INSTRUMENTS_MIN: u64 = 60;
const INSTRUMENTS_MAX: u64 = 20_000;
/// Policies and claims of scale 1: a tenth of it has as many claims as the study of workers' compensation.
const POLICIES: f64 = 20_000.0;
const CLAIMS: f64 = 71_500.0;
/// Loans of the LendingClub statistics, which need borrowers whatever the scale.
pub(crate) const LOANS: u64 = 10_000;
/// Customers in a hundred who live in the United States and bank in dollars.
const IN_US_PERCENT: u64 = 18;

/// A bank, made from its scale and its seed and from nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Bank {
    scale: f64,
    seed: u64,
}

impl Bank {
    /// The first day of bookings, prices and trades.
    pub const FIRST_DAY: Day = Day::new(2025, 11, 1);
    /// The day at whose end balances, positions and claims hold: a Saturday, so that rates of the day are Friday's.
    pub const LAST_DAY: Day = Day::new(2026, 10, 31);

    /// A bank of `scale` (1 is 100,000 customers), from `seed`. None unless the scale is above 0 and at most 10,000.
    #[must_use]
    pub fn new(scale: f64, seed: u64) -> Option<Self> {
        (scale > 0.0 && scale <= 10_000.0).then_some(Self { scale, seed })
    }

    /// The stream of numbers of one part of one table.
    pub(crate) fn stream(&self, table: Table, part: u64) -> Stream {
        Stream::new(self.seed, table.number(), part)
    }

    pub(crate) fn customers(&self) -> u64 {
        self.scaled(CUSTOMERS).max(20)
    }

    /// Every tenth customer is a company.
    pub(crate) fn is_company(customer: u64) -> bool {
        customer.is_multiple_of(10)
    }

    /// Whether a customer lives in the United States, for any customer without making the others.
    pub(crate) fn is_in_us(&self, customer: u64) -> bool {
        crate::random::mixed(self.seed ^ customer) % 100 < IN_US_PERCENT
    }

    pub(crate) fn instruments(&self) -> u64 {
        self.scaled(INSTRUMENTS).clamp(INSTRUMENTS_MIN, INSTRUMENTS_MAX)
    }

    pub(crate) fn policies(&self) -> u64 {
        self.scaled(POLICIES).max(20)
    }

    pub(crate) fn claims(&self) -> u64 {
        self.scaled(CLAIMS).max(50)
    }

    /// The share of LendingClub borrowers who have deposits as well: at most a quarter, and at most a loan for each
    /// customer in the United States.
    pub(crate) fn depositors_among_borrowers(&self) -> f64 {
        let in_us = self.scaled(CUSTOMERS) * IN_US_PERCENT / 100;
        (in_us as f64 / LOANS as f64).min(0.25)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and far below 2^53")]
    fn scaled(&self, count: f64) -> u64 {
        (count * self.scale).round() as u64
    }
}
