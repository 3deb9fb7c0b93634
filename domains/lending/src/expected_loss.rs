//! Expected credit losses: of one default, and over a loan's life.

use mesh_sdk::function::{About, Decimal, Functions, INTEGER, MONEY, PERCENT, RATE, TEXT, ToPrimitive, optional};

use crate::amortization::{Amortization, MONTHS_MAX};
use crate::annuity::{monthly_rate, payment};

const EXPECTED_LOSS: About = About {
    name: "expected_loss",
    text: "the loss to expect from a default: probability of default × loss given default × exposure at default",
    returns: "the loss, in the exposure's currency; null for a probability outside 0 to 100 or a negative loss",
    source: "Basel CRE31, IFRS 9 B5.5.28",
    example: "expected_loss(2.5, 45, 10000)",
};

const LIFETIME_EXPECTED_LOSS: About = About {
    name: "lifetime_expected_loss",
    text: "the loss to expect over the rest of a loan's life: in each month the marginal probability of default × loss \
           given default × the balance owed, discounted at the effective rate",
    returns: "the loss, in the exposure's currency; null for a probability outside 0 to 100, a negative loss or a term \
              outside 1 to 1200 months",
    source: "IFRS 9 5.5.17 and B5.5.44; the hazard is constant, so that twelve months make the given probability",
    example: "lifetime_expected_loss(2.5, 45, 10000, 6, 48)",
};

const CUMULATIVE_DEFAULT_PROBABILITY: About = About {
    name: "cumulative_default_probability",
    text: "the probability of default within a number of months, from that within twelve",
    returns: "percent; null for a probability outside 0 to 100 or negative months",
    source: "1 − (1 − PD)^(months/12), a constant hazard",
    example: "cumulative_default_probability(2.5, 48)",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let pd = ("pd_percent", RATE, "probability of default within twelve months, percent");
    let lgd = ("lgd_percent", RATE, "loss given default, percent of the exposure");
    let ead = ("ead", MONEY, "exposure at default, now");
    let life = (
        pd,
        lgd,
        ead,
        ("annual_rate_percent", RATE, "effective interest rate, percent a year, applied by months"),
        ("months", INTEGER, "months that remain"),
        ("type", optional(TEXT), "how the balance runs off: 'annuity' (where not given), 'linear' or 'bullet'"),
    );
    functions
        .scalar(EXPECTED_LOSS, (pd, lgd, ead), MONEY, |(pd, lgd, ead)| {
            share(pd)?.checked_mul(loss_share(lgd)?)?.checked_mul(ead)
        })
        .scalar(LIFETIME_EXPECTED_LOSS, life, MONEY, |(pd, lgd, ead, rate, months, name)| {
            let loan = Loan { balance: ead, rate, months, amortization: Amortization::named(name)? };
            lifetime_loss(pd, &loan)?.checked_mul(loss_share(lgd)?)
        })
        .scalar(
            CUMULATIVE_DEFAULT_PROBABILITY,
            (pd, ("months", INTEGER, "months from now")),
            PERCENT,
            |(pd, months)| cumulative(pd, months),
        )
}

struct Loan {
    balance: Decimal,
    rate: Decimal,
    months: i32,
    amortization: Amortization,
}

/// A probability as a share of one.
fn share(percent: Decimal) -> Option<Decimal> {
    let within = !percent.is_sign_negative() || percent.is_zero();
    (within && percent <= Decimal::ONE_HUNDRED).then_some(percent / Decimal::ONE_HUNDRED)
}

/// A loss as a share of the exposure; with costs of recovery it may exceed one.
fn loss_share(percent: Decimal) -> Option<Decimal> {
    let within = !percent.is_sign_negative() || percent.is_zero();
    within.then_some(percent / Decimal::ONE_HUNDRED)
}

/// The probability of surviving a number of months. A probability is no amount, so its root may be taken in doubles.
fn survival(pd_percent: Decimal, months: f64) -> Option<Decimal> {
    let yearly = (Decimal::ONE - share(pd_percent)?).to_f64()?;
    Decimal::from_f64_retain(yearly.powf(months / 12.0))
}

fn cumulative(pd_percent: Decimal, months: i32) -> Option<Decimal> {
    if months < 0 {
        return None;
    }
    Some((Decimal::ONE - survival(pd_percent, f64::from(months))?) * Decimal::ONE_HUNDRED)
}

/// The loss for a loss given default of one.
fn lifetime_loss(pd_percent: Decimal, loan: &Loan) -> Option<Decimal> {
    if !(1..=MONTHS_MAX).contains(&loan.months) {
        return None;
    }
    let rate = monthly_rate(loan.rate)?;
    let discount = Decimal::ONE.checked_div(Decimal::ONE + rate)?;
    let survives = survival(pd_percent, 1.0)?;
    let level = match loan.amortization {
        Amortization::Annuity => payment(loan.balance, loan.rate, loan.months)?,
        Amortization::Linear => loan.balance.checked_div(Decimal::from(loan.months))?,
        Amortization::Bullet => Decimal::ZERO,
    };
    let mut balance = loan.balance;
    // Probability of being alive at the start of the month, discounted from its end.
    let mut weight = discount;
    let mut loss = Decimal::ZERO;
    for _ in 0..loan.months {
        let defaults = weight.checked_mul(Decimal::ONE - survives)?;
        loss = loss.checked_add(defaults.checked_mul(balance)?)?;
        weight = weight.checked_mul(survives)?.checked_mul(discount)?;
        let interest = match loan.amortization {
            Amortization::Annuity => balance.checked_mul(rate)?,
            Amortization::Linear | Amortization::Bullet => Decimal::ZERO,
        };
        balance = balance.checked_add(interest)?.checked_sub(level)?;
    }
    Some(loss)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certain_default_loses_the_whole_balance_in_the_first_month() {
        let loan = Loan {
            balance: Decimal::from(1_000),
            rate: Decimal::ZERO,
            months: 24,
            amortization: Amortization::Annuity,
        };
        assert_eq!(lifetime_loss(Decimal::ONE_HUNDRED, &loan), Some(Decimal::from(1_000)));
        assert_eq!(lifetime_loss(Decimal::ZERO, &loan), Some(Decimal::ZERO));
    }

    #[test]
    fn what_is_no_probability_has_no_loss() {
        for pd in [Decimal::from(-1), Decimal::from(101)] {
            assert_eq!(share(pd), None);
            assert_eq!(cumulative(pd, 12), None);
        }
        assert_eq!(cumulative(Decimal::TEN, -1), None);
        assert_eq!(loss_share(Decimal::from(-1)), None);
    }
}
