//! What SQL cannot say about investments: day counts, bonds, returns, risk, identifiers.
//!
//! Rates and yields are in percent a year; prices of bonds are for 100 of nominal value. Prices, yields and durations are
//! computed in doubles and given as decimals of twelve digits; an amount is never in a double.

mod bond;
mod day_count_fraction;
mod double;
mod identifier;
mod root;
mod value_at_risk;
mod xirr;

use mesh_sdk::function::Functions;

/// The domain's functions.
#[must_use]
pub fn functions() -> Functions {
    let families = [day_count_fraction::add, bond::add, xirr::add, value_at_risk::add, identifier::add];
    families.iter().fold(Functions::new(), |functions, add| add(functions))
}

#[cfg(test)]
#[path = "../../../tests/reference/agreement.rs"]
mod agreement;

#[cfg(test)]
mod tests {
    use super::{agreement, functions};

    #[tokio::test]
    async fn values_agree_with_the_reference_implementations() {
        agreement::check(&functions(), include_str!("../../../tests/reference/investing.json")).await;
    }
}
