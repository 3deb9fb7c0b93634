//! What SQL cannot say about deposits: interest by day counts, its compounding, identifiers.
//!
//! Rates are in percent a year; amounts are exact decimals rounded half up to the cent.

mod identifier;
mod interest;
mod maturity;

use mesh_sdk::function::Functions;

/// The domain's functions.
#[must_use]
pub fn functions() -> Functions {
    let families = [interest::add, maturity::add, identifier::add];
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
        agreement::check(&functions(), include_str!("../../../tests/reference/deposits.json")).await;
    }
}
