//! The internal rate of return of dated cash flows.

use mesh_sdk::NaiveDate;
use mesh_sdk::function::{About, DATE, Decimal, Functions, MONEY, NUMBER};

use crate::double::{double, number};
use crate::root;

const XIRR: About = About {
    name: "xirr",
    text: "the yearly rate at which dated cash flows are worth nothing today",
    returns: "percent a year, compounded yearly on 365 days; of several the one nearest to zero; null without a flow in \
              and one out, or without a rate",
    source: "Σ amount / (1 + r)^(days/365) = 0, as in spreadsheets' XIRR; numpy-financial `irr`, QuantLib `yieldRate`",
    example: "xirr(value_date, amount)",
};

/// Rates are looked for at logarithms of 1 + r up to this: from −99.9999 % to 120 million percent.
const LOGARITHM_MAX: f64 = 14.0;
/// Two roots nearer to each other than this, in the logarithm, are not told apart.
const STEP: f64 = 0.05;

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (("date", DATE, "value date"), ("amount", MONEY, "amount received; paid out when negative"));
    functions.aggregate(
        XIRR,
        arguments,
        NUMBER,
        |flows: &mut Vec<(NaiveDate, Decimal)>, (date, amount)| flows.push((date, amount)),
        |flows| number(100.0 * rate(flows)?),
    )
}

/// The rate as a factor.
fn rate(flows: &[(NaiveDate, Decimal)]) -> Option<f64> {
    let mut flows = flows.to_vec();
    // The order in which rows arrive differs between runs, and the last digits with it.
    flows.sort_unstable();
    let (start, _) = *flows.first()?;
    let years = |date: NaiveDate| f64::from(i32::try_from((date - start).num_days()).unwrap_or(i32::MAX)) / 365.0;
    let flows: Vec<(f64, f64)> =
        flows.iter().map(|(date, amount)| Some((years(*date), double(*amount)?))).collect::<Option<_>>()?;
    if !flows.iter().any(|(_, amount)| *amount > 0.0) || !flows.iter().any(|(_, amount)| *amount < 0.0) {
        return None;
    }
    // In the logarithm of 1 + r the value is a sum of exponentials, smooth from −∞ to ∞.
    let value = |x: f64| {
        flows.iter().fold((0.0, 0.0), |(value, slope), (years, amount)| {
            let worth = amount * (-x * years).exp();
            (value + worth, slope - years * worth)
        })
    };
    nearest_to_zero(value)
}

/// Walks outwards from zero in both directions until the nearest root is certain.
fn nearest_to_zero(value: impl Fn(f64) -> (f64, f64)) -> Option<f64> {
    let mut found: Option<f64> = None;
    let mut ends = (value(0.0).0, value(0.0).0);
    if ends.0 == 0.0 {
        return Some(0.0);
    }
    let (mut inner, mut step) = (0.0, 0.0);
    while inner < LOGARITHM_MAX {
        step += 1.0;
        let outer: f64 = STEP * step;
        let next = (value(-outer).0, value(outer).0);
        let mut candidate = |x: Option<f64>| {
            if let Some(rate) = x.map(f64::exp_m1)
                && found.is_none_or(|known: f64| rate.abs() < known.abs())
            {
                found = Some(rate);
            }
        };
        if ends.0 * next.0 <= 0.0 {
            candidate(root::between(-outer, -inner, &value));
        }
        if ends.1 * next.1 <= 0.0 {
            candidate(root::between(inner, outer, &value));
        }
        // Beyond this step losses are at least this large, and gains more so.
        if found.is_some_and(|rate| rate.abs() <= -(-outer).exp_m1()) {
            break;
        }
        (inner, ends) = (outer, next);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(amounts: &[(i32, i64)]) -> Vec<(NaiveDate, Decimal)> {
        let date = |days: i32| NaiveDate::from_epoch_days(20_000 + days).expect("a date");
        amounts.iter().map(|(days, amount)| (date(*days), Decimal::from(*amount))).collect()
    }

    #[test]
    fn of_two_rates_it_is_the_one_nearest_to_zero() {
        // −100 + 230/(1+r) − 132/(1+r)² = 0 at 10 and 20 percent.
        let two = rate(&flows(&[(0, -100), (365, 230), (730, -132)])).expect("a rate");
        assert!((two - 0.1).abs() < 1e-12, "{two}");
        // −10 + 13/(1+r) − 4/(1+r)² … has −20 and −50 percent.
        let below = rate(&flows(&[(0, -10), (365, 13), (730, -4)])).expect("a rate");
        assert!((below + 0.2).abs() < 1e-12, "{below}");
    }

    #[test]
    fn without_a_rate_there_is_none() {
        assert_eq!(rate(&[]), None);
        assert_eq!(rate(&flows(&[(0, -100), (365, -1)])), None);
        assert_eq!(rate(&flows(&[(0, 100), (365, -200), (730, 150)])), None, "never worth nothing");
        assert_eq!(rate(&flows(&[(0, -100), (0, 50)])), None, "both today");
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let forwards = flows(&[(0, -1_000), (100, 300), (250, 400), (700, 450)]);
        let backwards: Vec<_> = forwards.iter().rev().copied().collect();
        assert_eq!(rate(&forwards), rate(&backwards));
    }
}
