//! The level payment of a loan.

use mesh_sdk::function::{About, Decimal, Functions, INTEGER, MONEY, MathematicalOps, RATE};

const ANNUITY_PAYMENT: About = About {
    name: "annuity_payment",
    text: "the level monthly payment that repays a loan over its term",
    returns: "the payment, in the principal's currency; null without months",
    source: "P·i / (1 − (1+i)⁻ⁿ) with i a twelfth of the annual rate, P/n without interest; numpy-financial `pmt`",
    example: "annuity_payment(10000, 5.5, 36)",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (
        ("principal", MONEY, "amount paid out"),
        ("annual_rate_percent", RATE, "nominal rate, percent a year"),
        ("months", INTEGER, "number of payments"),
    );
    functions.scalar(ANNUITY_PAYMENT, arguments, MONEY, |(principal, rate, months)| payment(principal, rate, months))
}

/// The payment, not rounded.
pub(crate) fn payment(principal: Decimal, annual_rate_percent: Decimal, months: i32) -> Option<Decimal> {
    if months <= 0 {
        return None;
    }
    let rate = monthly_rate(annual_rate_percent)?;
    if rate.is_zero() {
        return principal.checked_div(Decimal::from(months));
    }
    let growth = (Decimal::ONE + rate).checked_powi(i64::from(months))?;
    principal.checked_mul(rate)?.checked_mul(growth)?.checked_div(growth - Decimal::ONE)
}

/// The rate of a month as a factor; none where a month would take more than the whole.
pub(crate) fn monthly_rate(annual_rate_percent: Decimal) -> Option<Decimal> {
    let rate = annual_rate_percent.checked_div(Decimal::from(1_200))?;
    (rate > Decimal::NEGATIVE_ONE).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_months_or_beyond_all_digits_there_is_no_payment() {
        assert_eq!(payment(Decimal::from(100), Decimal::ONE, 0), None);
        assert_eq!(payment(Decimal::from(100), Decimal::ONE, -12), None);
        assert_eq!(payment(Decimal::from(100), Decimal::from(-1_200), 12), None);
        assert_eq!(payment(Decimal::from(100), Decimal::from(999), i32::MAX), None);
    }
}
