//! What SQL cannot say about loans: the annuity and its schedule.
//!
//! Rates are in percent a year everywhere, amounts are exact decimals rounded half up to the cent.

use mesh_sdk::function::{Arguments, Decimal, Functions, INTEGER, MONEY, Named, RATE};
use mesh_sdk::{MathematicalOps, RoundingStrategy};

const LOAN: [Named; 3] = [("principal", MONEY), ("annual_rate_percent", RATE), ("months", INTEGER)];
const INSTALLMENT: [Named; 5] = [
    ("period", INTEGER),
    ("opening_balance", MONEY),
    ("interest", MONEY),
    ("principal", MONEY),
    ("closing_balance", MONEY),
];

/// The domain's functions.
#[must_use]
pub fn functions() -> Functions {
    Functions::new().scalar("annuity_payment", &LOAN, MONEY, |loan| annuity_payment(loan).map(cents)).table(
        "amortization_schedule",
        &LOAN,
        &INSTALLMENT,
        amortization_schedule,
    )
}

/// The level monthly payment that repays a loan: `P·i / (1 − (1+i)⁻ⁿ)`, or `P/n` without interest; none without months.
fn annuity_payment(loan: Arguments<'_>) -> Option<Decimal> {
    let (principal, rate, months) = (loan.get(0), monthly_rate(loan), loan.get(2));
    if months <= Decimal::ZERO {
        return None;
    }
    if rate.is_zero() {
        return Some(principal / months);
    }
    let growth = (Decimal::ONE + rate).checked_powd(months)?;
    principal.checked_mul(rate)?.checked_mul(growth)?.checked_div(growth - Decimal::ONE)
}

/// One row a month; the last payment is whatever clears the balance.
fn amortization_schedule(loan: Arguments<'_>) -> Option<Vec<Vec<Decimal>>> {
    let (payment, months) = (cents(annuity_payment(loan)?), loan.get(2));
    let mut opening = loan.get(0);
    let mut rows = Vec::new();
    let mut period = Decimal::ONE;
    while period <= months {
        let interest = cents(opening * monthly_rate(loan));
        let principal = if period == months { opening } else { (payment - interest).min(opening) };
        rows.push(vec![period, opening, interest, principal, opening - principal]);
        opening -= principal;
        period += Decimal::ONE;
    }
    Some(rows)
}

fn monthly_rate(loan: Arguments<'_>) -> Decimal {
    loan.get(1) / Decimal::from(1_200)
}

fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
