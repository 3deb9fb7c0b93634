//! What SQL cannot say about insurance: earned premium, ratios, chain ladder.
//!
//! Ratios are in percent; amounts are exact decimals, and factors are decimals of twelve digits.

mod chain_ladder;
mod earned_premium;
mod ratio;
mod triangle;

use mesh_sdk::function::Functions;

/// The domain's functions.
#[must_use]
pub fn functions() -> Functions {
    let families = [earned_premium::add, ratio::add, chain_ladder::add];
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
        agreement::check(&functions(), include_str!("../../../tests/reference/insurance.json")).await;
    }
}
