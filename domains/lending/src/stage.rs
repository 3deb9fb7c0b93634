//! The stage of a loan under IFRS 9.

use mesh_sdk::function::{About, BOOLEAN, Functions, INTEGER};

const IFRS9_STAGE: About = About {
    name: "ifrs9_stage",
    text: "the stage in which a loan's expected credit loss is measured",
    returns: "1 (twelve months), 2 (lifetime) or 3 (credit-impaired); null for negative days",
    source: "IFRS 9 5.5.3, 5.5.5, and the presumptions of 5.5.11 (30 days past due) and B5.5.37 (90 days); the standard \
             presumes a significant increase at more than 30 days, the bank on the thirtieth",
    example: "ifrs9_stage(45, false, false)",
};

const STAGE_2_DAYS: i32 = 30;
const STAGE_3_DAYS: i32 = 90;

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (
        ("days_past_due", INTEGER, "days since the oldest unpaid amount was due"),
        ("defaulted", BOOLEAN, "whether the borrower is in default or credit-impaired for another reason"),
        ("sicr", BOOLEAN, "whether credit risk has increased significantly since the loan was recognised"),
    );
    functions.scalar(IFRS9_STAGE, arguments, INTEGER, |(days, defaulted, sicr)| stage(days, defaulted, sicr))
}

fn stage(days_past_due: i32, defaulted: bool, sicr: bool) -> Option<i32> {
    match days_past_due {
        ..0 => None,
        STAGE_3_DAYS.. => Some(3),
        _ if defaulted => Some(3),
        STAGE_2_DAYS.. => Some(2),
        _ if sicr => Some(2),
        _ => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_sign_decides() {
        let cases = [
            (0, false, false, 1),
            (29, false, false, 1),
            (30, false, false, 2),
            (0, false, true, 2),
            (89, false, true, 2),
            (90, false, false, 3),
            (0, true, false, 3),
            (31, true, true, 3),
        ];
        for (days, defaulted, sicr, expected) in cases {
            assert_eq!(stage(days, defaulted, sicr), Some(expected), "{days} {defaulted} {sicr}");
        }
        assert_eq!(stage(-1, true, true), None);
    }
}
