//! What a fixed deposit has grown to at its end.

use mesh_sdk::day_count::{DayCount, MEANING};
use mesh_sdk::function::{About, DATE, Decimal, Functions, INTEGER, MONEY, RATE, TEXT, optional};
use mesh_sdk::{Months, NaiveDate, cents};

use crate::interest::simple;

/// A hundred years of months.
const PERIODS_MAX: u32 = 1_200;

const MATURITY_VALUE: About = About {
    name: "maturity_value",
    text: "principal and interest of a fixed deposit at maturity; interest is rounded to the cent and added to the \
           principal at the end of each period and at maturity",
    returns: "the value, in the principal's currency; null when maturity is before the start, or for a number of periods \
              that does not divide twelve",
    source: "principal × (1 + rate × day count fraction) for each period; with 30/360 and whole periods numpy-financial \
             `fv` to the rounding",
    example: "maturity_value(10000, 3, '2026-01-31', '2028-01-31', '30E/360', 4)",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (
        ("principal", MONEY, "amount deposited"),
        ("annual_rate_percent", RATE, "percent a year"),
        ("start", DATE, "day of the deposit"),
        ("maturity", DATE, "day of its end"),
        ("convention", TEXT, MEANING),
        (
            "compounding_per_year",
            optional(INTEGER),
            "times a year that interest is added: 1, 2, 3, 4, 6 or 12; at maturity only where it is 0 or not given",
        ),
    );
    functions.scalar(MATURITY_VALUE, arguments, MONEY, |(principal, rate, start, maturity, convention, times)| {
        let deposit = Deposit { rate, start, maturity, convention: DayCount::named(convention)? };
        match times.unwrap_or(0) {
            0 if start <= maturity => deposit.grown(principal, start, maturity),
            times @ (1..=4 | 6 | 12) => deposit.compounded(principal, 12 / u32::try_from(times).ok()?),
            _ => None,
        }
    })
}

struct Deposit {
    rate: Decimal,
    start: NaiveDate,
    maturity: NaiveDate,
    convention: DayCount,
}

impl Deposit {
    fn grown(&self, amount: Decimal, from: NaiveDate, to: NaiveDate) -> Option<Decimal> {
        amount.checked_add(cents(simple(amount, self.rate, from, to, self.convention)?))
    }

    /// Periods are counted from the start, so that the thirty-first comes back after a shorter month.
    fn compounded(&self, principal: Decimal, months: u32) -> Option<Decimal> {
        if self.maturity < self.start {
            return None;
        }
        let (mut amount, mut from) = (principal, self.start);
        for number in 1..=PERIODS_MAX {
            let end = self.start.checked_add_months(Months::new(months.checked_mul(number)?))?;
            if end >= self.maturity {
                return self.grown(amount, from, self.maturity);
            }
            amount = self.grown(amount, from, end)?;
            from = end;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deposit(start: &str, maturity: &str) -> Deposit {
        Deposit {
            rate: Decimal::from(12),
            start: start.parse().expect(start),
            maturity: maturity.parse().expect(maturity),
            convention: DayCount::Thirty360European,
        }
    }

    #[test]
    fn interest_bears_interest_from_the_end_of_each_period() {
        let amount = Decimal::from(1_000);
        let year = deposit("2026-01-01", "2027-01-01");
        assert_eq!(year.compounded(amount, 12), Some(Decimal::new(112_000, 2)));
        // 1 % a month on cents: 1000 → 1010.00 → 1020.10 → 1030.30
        assert_eq!(deposit("2026-01-01", "2026-04-01").compounded(amount, 1), Some(Decimal::new(103_030, 2)));
    }

    #[test]
    fn a_deposit_that_ends_as_it_begins_is_worth_its_principal() {
        let amount = Decimal::from(1_000);
        assert_eq!(deposit("2026-01-01", "2026-01-01").compounded(amount, 1), Some(amount));
        assert_eq!(deposit("2026-01-01", "2025-12-31").compounded(amount, 1), None);
        assert_eq!(deposit("1026-01-01", "2026-01-01").compounded(amount, 1), None, "a thousand years of months");
    }
}
