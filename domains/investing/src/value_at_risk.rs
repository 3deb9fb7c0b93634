//! Value at risk from past profits and losses.

use mesh_sdk::function::{About, Decimal, Functions, MONEY, RATE, Same, ToPrimitive};

const VALUE_AT_RISK: About = About {
    name: "value_at_risk",
    text: "the loss that was not exceeded in a share of the observed periods: historical simulation",
    returns: "the loss as a positive amount, interpolated between observations; null unless one confidence from 0 to 100",
    source: "Hyndman and Fan (1996) type 7 quantile of profit and loss at 100 − confidence; numpy `percentile`",
    example: "value_at_risk(profit_and_loss, 99)",
};

/// The observations, and the level that stands in every row.
type Observed = (Vec<Decimal>, Same<Decimal>);

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (
        ("profit_and_loss", MONEY, "profit of a period, a loss being negative"),
        ("confidence_percent", RATE, "share of periods in which the loss is not exceeded, percent"),
    );
    functions.aggregate(
        VALUE_AT_RISK,
        arguments,
        MONEY,
        |(observed, level): &mut Observed, (profit, confidence)| {
            observed.push(profit);
            level.add(confidence);
        },
        |(observed, level)| loss(observed.clone(), level.value()?),
    )
}

fn loss(mut observed: Vec<Decimal>, confidence: Decimal) -> Option<Decimal> {
    if confidence.is_sign_negative() || confidence > Decimal::ONE_HUNDRED || observed.is_empty() {
        return None;
    }
    let share = Decimal::ONE - confidence / Decimal::ONE_HUNDRED;
    let place = Decimal::from(observed.len() - 1).checked_mul(share)?;
    let below = place.floor();
    let (_, lower, above) = observed.select_nth_unstable(below.to_usize()?);
    let lower = *lower;
    let upper = above.iter().min().copied().unwrap_or(lower);
    let quantile = lower.checked_add(upper.checked_sub(lower)?.checked_mul(place - below)?)?;
    Some(-quantile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_best_and_the_worst_period() {
        let observed: Vec<Decimal> = [3, -7, 5, 0].map(Decimal::from).into();
        assert_eq!(loss(observed.clone(), Decimal::ONE_HUNDRED), Some(Decimal::from(7)));
        assert_eq!(loss(observed.clone(), Decimal::ZERO), Some(Decimal::from(-5)));
        assert_eq!(loss(observed, Decimal::from(101)), None);
        assert_eq!(loss(Vec::new(), Decimal::from(99)), None);
    }
}
