//! Claims, and how they were reserved and paid until they were settled.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, MONEY, RATE, days, decimals, identities, money, texts};
use crate::day::Day;
use crate::policy::{Policy, of_kentucky};
use crate::random::Stream;
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "claims",
    columns: &[
        ("claim_id", Kind::Integer, true),
        ("policy_id", Kind::Integer, true),
        ("loss_date", Kind::Date, true),
        ("report_date", Kind::Date, true),
        ("status", Kind::Text, true),
        ("cost", MONEY, true),
    ],
    key: 1,
    references: &[("policy_id", Table::Policies)],
};

pub(crate) const MOVEMENTS: Design = Design {
    name: "claim_movements",
    columns: &[
        ("claim_id", Kind::Integer, true),
        ("movement_date", Kind::Date, true),
        ("paid_share", RATE, true),
        ("reserve_change_share", RATE, true),
        ("paid_amount", MONEY, true),
        ("reserve_change_amount", MONEY, true),
    ],
    key: 2,
    references: &[("claim_id", Table::Claims)],
};

/// Claims of one part of the tables.
pub(crate) const CLAIMS_OF_PART: u64 = 10_000;
/// The whole cost of a claim, in shares.
const WHOLE: i64 = 1_000_000;
/// Calendar years until a claim is settled, by weight: most within the year, some after nine.
const YEARS: [(u64, i32); 10] = [(52, 0), (20, 1), (10, 2), (6, 3), (4, 4), (3, 5), (2, 6), (1, 7), (1, 8), (1, 9)];

pub(crate) struct Claim {
    id: u64,
    policy: u64,
    loss: Day,
    report: Day,
    is_closed: bool,
    cost: i64,
}

/// Shares are millionths of the cost.
pub(crate) struct Movement {
    claim: u64,
    day: Day,
    paid: i64,
    reserve_change: i64,
    paid_amount: i64,
    reserve_amount: i64,
}

impl Claim {
    /// A claim of a policy of its state, and its movements up to the last day.
    pub(crate) fn draw(bank: &Bank, id: u64, stream: &mut Stream) -> (Self, Vec<Movement>) {
        let kentucky = of_kentucky(bank.policies()).max(1);
        let policy = if id <= of_kentucky(bank.claims()) {
            stream.below(kentucky) + 1
        } else {
            kentucky + 1 + stream.below((bank.policies() - kentucky).max(1))
        };
        let cover = Policy::draw(bank, policy);
        let loss = Day(stream.within(cover.start.0, cover.end.0.min(Bank::LAST_DAY.0) - 1));
        let delay = if stream.chance(0.7) { stream.within(0, 7) } else { stream.within(8, 240) };
        let report = loss.plus(delay).min(Bank::LAST_DAY);
        let settled = settlement(loss, report, stream);
        let cost = stream.lognormal(110_000.0, 1.4);
        let movements = movements(id, cost, report, settled, stream);
        let claim = Self { id, policy, loss, report, is_closed: settled <= Bank::LAST_DAY, cost };
        (claim, movements)
    }
}

/// A day in the calendar year in which the claim is settled.
fn settlement(loss: Day, report: Day, stream: &mut Stream) -> Day {
    let (year, ..) = loss.civil();
    let year = year + stream.weighted(&YEARS);
    let (first, last) = (Day::new(year, 1, 1), Day::new(year, 12, 31));
    Day(stream.within(first.max(report.plus(1)).0, last.max(report.plus(10)).0))
}

fn movements(claim: u64, cost: i64, report: Day, settled: Day, stream: &mut Stream) -> Vec<Movement> {
    let mut days = vec![report];
    let between = (settled.0 - report.0 - 1).max(0) / 120;
    days.extend((0..between.min(24)).map(|_| Day(stream.within(report.0 + 1, settled.0 - 1))));
    days.push(settled);
    days.sort_unstable();
    days.dedup();
    let last = days.len() - 1;
    let (mut paid, mut reserve) = (0_i64, 0_i64);
    let (mut paid_amount, mut reserve_amount) = (0, 0);
    let mut movements = Vec::with_capacity(days.len());
    for (at, day) in days.into_iter().enumerate() {
        let left = WHOLE - paid;
        let pays = match at {
            0 => left * stream.between(0, 20) / 100,
            _ if at == last => left,
            _ => left * stream.between(5, 45) / 100,
        };
        // Estimates begin some percent too low and come nearer with every look.
        let error = 100 + stream.between(-45, 30) / i64::try_from(at + 1).unwrap_or(1);
        let expected = if at == last { 0 } else { (left - pays) * error / 100 };
        let change = expected - reserve;
        (paid, reserve) = (paid + pays, expected);
        // Amounts are differences of rounded sums, so that they add up to the cost.
        let (paid_so_far, reserve_now) = (part(cost, paid), part(cost, reserve));
        if day <= Bank::LAST_DAY {
            movements.push(Movement {
                claim,
                day,
                paid: pays,
                reserve_change: change,
                paid_amount: paid_so_far - paid_amount,
                reserve_amount: reserve_now - reserve_amount,
            });
        }
        (paid_amount, reserve_amount) = (paid_so_far, reserve_now);
    }
    movements
}

fn part(cost: i64, share: i64) -> i64 {
    crate::fixed_deposit::rounded(i128::from(cost) * i128::from(share), i128::from(WHOLE))
}

pub(crate) fn columns(rows: &[Claim]) -> Vec<ArrayRef> {
    vec![
        identities(rows.iter().map(|row| row.id)),
        identities(rows.iter().map(|row| row.policy)),
        days(rows.iter().map(|row| row.loss)),
        days(rows.iter().map(|row| row.report)),
        texts(rows.iter().map(|row| if row.is_closed { "closed" } else { "open" })),
        money(rows.iter().map(|row| row.cost)),
    ]
}

pub(crate) fn movement_columns(rows: &[Movement]) -> Vec<ArrayRef> {
    vec![
        identities(rows.iter().map(|row| row.claim)),
        days(rows.iter().map(|row| row.day)),
        decimals(RATE, rows.iter().map(|row| Some(row.paid))),
        decimals(RATE, rows.iter().map(|row| Some(row.reserve_change))),
        money(rows.iter().map(|row| row.paid_amount)),
        money(rows.iter().map(|row| row.reserve_amount)),
    ]
}
