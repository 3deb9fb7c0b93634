//! Whether a measured number is what the rule wants.

use mesh_contract::model::Expectation;

pub(super) fn holds(expectation: Expectation, observed: f64) -> bool {
    match expectation {
        Expectation::Equal(wanted) => same(observed, wanted),
        Expectation::NotEqual(unwanted) => !same(observed, unwanted),
        Expectation::Greater(bound) => observed > bound,
        Expectation::GreaterOrEqual(bound) => observed >= bound,
        Expectation::Less(bound) => observed < bound,
        Expectation::LessOrEqual(bound) => observed <= bound,
        Expectation::Between(low, high) => (low..=high).contains(&observed),
        Expectation::NotBetween(low, high) => !(low..=high).contains(&observed),
    }
}

/// Counts are exact; a percentage or an average may be off by the last digit.
fn same(observed: f64, wanted: f64) -> bool {
    (observed - wanted).abs() <= f64::EPSILON * observed.abs().max(wanted.abs())
}

pub(super) fn in_words(expectation: Option<Expectation>, percent: bool) -> String {
    let unit = if percent { " % of rows" } else { "" };
    let words = match expectation {
        None => return "a number".into(),
        Some(Expectation::Equal(wanted)) => format!("{wanted}"),
        Some(Expectation::NotEqual(unwanted)) => format!("not {unwanted}"),
        Some(Expectation::Greater(bound)) => format!("more than {bound}"),
        Some(Expectation::GreaterOrEqual(bound)) => format!("at least {bound}"),
        Some(Expectation::Less(bound)) => format!("less than {bound}"),
        Some(Expectation::LessOrEqual(bound)) => format!("at most {bound}"),
        Some(Expectation::Between(low, high)) => format!("{low} to {high}"),
        Some(Expectation::NotBetween(low, high)) => format!("not {low} to {high}"),
    };
    words + unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_has_its_edges() {
        let cases = [
            (Expectation::Equal(0.0), [true, false, false]),
            (Expectation::NotEqual(0.0), [false, true, true]),
            (Expectation::Greater(1.0), [false, false, true]),
            (Expectation::GreaterOrEqual(1.0), [false, true, true]),
            (Expectation::Less(1.0), [true, false, false]),
            (Expectation::LessOrEqual(1.0), [true, true, false]),
            (Expectation::Between(0.0, 1.0), [true, true, false]),
            (Expectation::NotBetween(0.0, 1.0), [false, false, true]),
        ];
        for (expectation, results) in cases {
            assert_eq!([0.0, 1.0, 2.0].map(|observed| holds(expectation, observed)), results, "{expectation:?}");
        }
    }
}
