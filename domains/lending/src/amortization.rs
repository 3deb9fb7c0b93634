//! What is due in each month of a loan.

use mesh_sdk::cents;
use mesh_sdk::function::{About, Decimal, Functions, INTEGER, MONEY, RATE, TEXT, optional, table};

use crate::annuity::{monthly_rate, payment};

/// A hundred years: longer is a mistake, and would fill the memory.
pub(crate) const MONTHS_MAX: i32 = 1_200;

const AMORTIZATION_SCHEDULE: About = About {
    name: "amortization_schedule",
    text: "what is due in each month of a loan, as a list of rows for `unnest`; the last payment clears the balance",
    returns: "a list of (period, opening_balance, interest, principal, closing_balance), amounts rounded to the cent; \
              null without months or with more than 1200",
    source: "annuity: level payments, numpy-financial `ppmt` and `ipmt`; linear: level principal; bullet: principal at \
             the end. Interest is a twelfth of the annual rate on the opening balance",
    example: "amortization_schedule(10000, 5.5, 36, 'linear')",
};

/// How a loan is repaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amortization {
    Annuity,
    Linear,
    Bullet,
}

impl Amortization {
    /// The type with this name; an annuity where none is given.
    pub(crate) fn named(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("annuity") => Some(Self::Annuity),
            Some("linear") => Some(Self::Linear),
            Some("bullet") => Some(Self::Bullet),
            Some(_) => None,
        }
    }
}

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (
        ("principal", MONEY, "amount paid out"),
        ("annual_rate_percent", RATE, "nominal rate, percent a year"),
        ("months", INTEGER, "number of payments, at most 1200"),
        ("type", optional(TEXT), "'annuity' (where not given), 'linear' or 'bullet'"),
    );
    let columns = table((
        ("period", INTEGER, "month, counted from 1"),
        ("opening_balance", MONEY, "owed before the payment"),
        ("interest", MONEY, "interest due"),
        ("principal", MONEY, "principal due"),
        ("closing_balance", MONEY, "owed after the payment"),
    ));
    functions.scalar(AMORTIZATION_SCHEDULE, arguments, columns, |(principal, rate, months, name)| {
        schedule(principal, rate, months, Amortization::named(name)?)
    })
}

/// Period, opening balance, interest, principal, closing balance.
type Installment = (i32, Decimal, Decimal, Decimal, Decimal);

fn schedule(amount: Decimal, rate: Decimal, months: i32, amortization: Amortization) -> Option<Vec<Installment>> {
    if !(1..=MONTHS_MAX).contains(&months) {
        return None;
    }
    let monthly = monthly_rate(rate)?;
    let level = match amortization {
        Amortization::Annuity => cents(payment(amount, rate, months)?),
        Amortization::Linear => cents(amount.checked_div(Decimal::from(months))?),
        Amortization::Bullet => Decimal::ZERO,
    };
    let mut opening = amount;
    let mut rows = Vec::with_capacity(usize::try_from(months).ok()?);
    for period in 1..=months {
        let interest = cents(opening.checked_mul(monthly)?);
        let due = match amortization {
            _ if period == months => opening,
            Amortization::Annuity => level.checked_sub(interest)?.min(opening),
            Amortization::Linear | Amortization::Bullet => level.min(opening),
        };
        let closing = opening.checked_sub(due)?;
        rows.push((period, opening, interest, due, closing));
        opening = closing;
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_repays_the_whole_amount_and_nothing_more() {
        let amount = Decimal::new(1_000_001, 2);
        for amortization in [Amortization::Annuity, Amortization::Linear, Amortization::Bullet] {
            for rate in [Decimal::ZERO, Decimal::new(55, 1), Decimal::new(-5, 1)] {
                let rows = schedule(amount, rate, 37, amortization).expect("a schedule");
                let repaid: Decimal = rows.iter().map(|row| row.3).sum();
                assert_eq!((rows.len(), repaid), (37, amount), "{amortization:?} at {rate}");
                assert!(rows.last().expect("a last row").4.is_zero());
                for pair in rows.windows(2) {
                    assert_eq!(pair[0].4, pair[1].1, "a month opens with what the last one left");
                }
            }
        }
    }

    #[test]
    fn a_term_that_is_none_has_no_schedule() {
        for months in [0, -1, MONTHS_MAX + 1, i32::MAX] {
            assert_eq!(schedule(Decimal::from(100), Decimal::ONE, months, Amortization::Annuity), None, "{months}");
        }
        assert_eq!(Amortization::named(Some("balloon")), None);
    }
}
