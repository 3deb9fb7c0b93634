//! The part of a year between two dates.

use mesh_sdk::day_count::{DayCount, MEANING};
use mesh_sdk::function::{About, DATE, Functions, NUMBER, TEXT, optional};

const DAY_COUNT_FRACTION: About = About {
    name: "day_count_fraction",
    text: "the part of a year between two dates by a day count convention",
    returns: "years, negative when the second date is earlier; null for an unknown convention or half a period",
    source: "ISDA 2006 Definitions 4.16; ICMA rule 251.1, where without a period the two dates are one; QuantLib \
             `yearFraction`",
    example: "day_count_fraction('2024-01-31', '2024-07-31', '30/360 US')",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (
        ("from", DATE, "first day"),
        ("to", DATE, "day after the last"),
        ("convention", TEXT, MEANING),
        ("period_start", optional(DATE), "start of the coupon period, for 'ACT/ACT ICMA'"),
        ("period_end", optional(DATE), "its end"),
    );
    functions.scalar(DAY_COUNT_FRACTION, arguments, NUMBER, |(from, to, convention, start, end)| {
        let period = match (start, end) {
            (None, None) => None,
            (start, end) => Some((start?, end?)),
        };
        DayCount::named(convention)?.fraction_in(from, to, period)
    })
}
