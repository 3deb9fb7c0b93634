//! Policies of workers' compensation, which employers take out for a year.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, MONEY, days, identities, money, texts};
use crate::day::Day;
use crate::random::Stream;
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "policies",
    columns: &[
        ("policy_id", Kind::Integer, true),
        ("policyholder_id", Kind::Integer, true),
        ("line_of_business", Kind::Text, true),
        ("state", Kind::Text, true),
        ("industry", Kind::Text, true),
        ("cover_start", Kind::Date, true),
        ("cover_end", Kind::Date, true),
        ("sum_insured", MONEY, true),
        ("deductible", MONEY, true),
        ("written_premium", MONEY, true),
        ("valuation_date", Kind::Date, true),
    ],
    key: 1,
    references: &[("policyholder_id", Table::Customers)],
};

/// Policies of one part of the table.
pub(crate) const POLICIES_OF_PART: u64 = 20_000;
/// First day of cover of the oldest policy.
pub(crate) const FIRST_COVER: Day = Day::new(2016, 1, 1);
/// Of so many claims of the study, so many are of Kentucky, and these come first.
const KENTUCKY: (u64, u64) = (5_626, 7_150);

pub(crate) struct Policy {
    id: u64,
    holder: u64,
    state: &'static str,
    industry: &'static str,
    pub(crate) start: Day,
    pub(crate) end: Day,
    sum_insured: i64,
    deductible: i64,
    premium: i64,
}

/// How many of `count` policies or claims are of Kentucky: those with the lowest numbers.
pub(crate) fn of_kentucky(count: u64) -> u64 {
    count * KENTUCKY.0 / KENTUCKY.1
}

impl Policy {
    /// Any policy, without making the others.
    pub(crate) fn draw(bank: &Bank, id: u64) -> Self {
        let mut stream = bank.stream(Table::Policies, id);
        let start = Day(stream.within(FIRST_COVER.0, Bank::LAST_DAY.0 - 30));
        Self {
            id,
            holder: stream.between(1, (bank.customers() / 10).cast_signed()).cast_unsigned() * 10,
            state: if id <= of_kentucky(bank.policies()) { "KY" } else { "MI" },
            industry: stream.weighted(&[(28, "manufacturing"), (15, "construction"), (57, "other")]),
            start,
            end: start.plus_months(12),
            sum_insured: stream.pick(&[10_000_000, 50_000_000, 100_000_000, 500_000_000_i64]).max(10_000_000),
            deductible: stream.pick(&[0, 50_000, 100_000, 250_000]),
            premium: premium(&mut stream),
        }
    }
}

/// Small firms and a few large ones.
fn premium(stream: &mut Stream) -> i64 {
    stream.lognormal(900_000.0, 1.1).max(50_000)
}

pub(crate) fn columns(rows: &[Policy]) -> Vec<ArrayRef> {
    vec![
        identities(rows.iter().map(|row| row.id)),
        identities(rows.iter().map(|row| row.holder)),
        texts(rows.iter().map(|_| "workers_compensation")),
        texts(rows.iter().map(|row| row.state)),
        texts(rows.iter().map(|row| row.industry)),
        days(rows.iter().map(|row| row.start)),
        days(rows.iter().map(|row| row.end)),
        money(rows.iter().map(|row| row.sum_insured)),
        money(rows.iter().map(|row| row.deductible)),
        money(rows.iter().map(|row| row.premium)),
        days(rows.iter().map(|_| Bank::LAST_DAY)),
    ]
}
