//! Amounts of money, as every domain rounds them.

use mesh_engine::function::{Decimal, RoundingStrategy};

/// An amount rounded half away from zero to the cent, as a bank settles it.
#[must_use]
pub fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
