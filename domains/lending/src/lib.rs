//! What SQL cannot say about loans: annuities and their schedules, stages and expected losses, ratios.
//!
//! Rates, probabilities and ratios are in percent everywhere; amounts are exact decimals rounded half up to the cent.

mod amortization;
mod annuity;
mod expected_loss;
mod ratio;
mod stage;

use mesh_sdk::function::Functions;

/// The domain's functions.
#[must_use]
pub fn functions() -> Functions {
    let families = [annuity::add, amortization::add, stage::add, expected_loss::add, ratio::add];
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
        agreement::check(&functions(), include_str!("../../../tests/reference/lending.json")).await;
    }
}
