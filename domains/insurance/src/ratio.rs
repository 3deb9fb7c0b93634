//! What is paid and spent against what is earned.

use mesh_sdk::function::{About, Decimal, Functions, MONEY, PERCENT};

const LOSS_RATIO: About = About {
    name: "loss_ratio",
    text: "incurred losses as a share of earned premium",
    returns: "percent; null without a positive premium",
    source: "NAIC Glossary of Insurance Terms",
    example: "loss_ratio(650000, 1000000)",
};

const COMBINED_RATIO: About = About {
    name: "combined_ratio",
    text: "incurred losses and expenses as a share of earned premium (financial basis)",
    returns: "percent, above 100 for an underwriting loss; null without a positive premium",
    source: "NAIC Glossary of Insurance Terms",
    example: "combined_ratio(650000, 280000, 1000000)",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let incurred = ("incurred", MONEY, "losses paid and the change of reserves");
    let earned = ("earned", MONEY, "premium earned in the same period");
    let combined = (incurred, ("expenses", MONEY, "expenses of underwriting and administration"), earned);
    functions.scalar(LOSS_RATIO, (incurred, earned), PERCENT, |(incurred, earned)| percent(incurred, earned)).scalar(
        COMBINED_RATIO,
        combined,
        PERCENT,
        |(incurred, expenses, earned)| percent(incurred.checked_add(expenses)?, earned),
    )
}

fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    if whole <= Decimal::ZERO {
        return None;
    }
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}
