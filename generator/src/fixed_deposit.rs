//! Fixed deposits: terms, and the interest that was added to them.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, MONEY, RATE, counts, days, decimals, identities, money, texts};
use crate::day::Day;
use crate::random::Stream;
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "fixed_deposits",
    columns: &[
        ("account_id", Kind::Integer, true),
        ("principal", MONEY, true),
        ("currency", Kind::Text, true),
        ("interest_rate", RATE, true),
        ("day_count", Kind::Text, true),
        ("start_date", Kind::Date, true),
        ("maturity_date", Kind::Date, true),
        ("compounding", Kind::Text, true),
        ("maturity_instruction", Kind::Text, true),
        ("early_withdrawal_penalty_days", Kind::Count, true),
    ],
    key: 1,
    references: &[("account_id", Table::Accounts)],
};

const TERMS_MONTHS: [(u64, i32); 6] = [(15, 3), (25, 6), (35, 12), (12, 24), (8, 36), (5, 60)];
const DAY_COUNTS: [(u64, &str); 3] = [(60, "ACT/360"), (30, "ACT/365F"), (10, "30E/360")];
const INSTRUCTIONS: [(u64, &str); 3] = [(50, "pay_out"), (20, "renew_principal"), (30, "renew_principal_and_interest")];

pub(crate) struct FixedDeposit {
    pub(crate) account: u64,
    pub(crate) principal: i64,
    pub(crate) currency: &'static str,
    pub(crate) rate: i64,
    pub(crate) day_count: &'static str,
    pub(crate) start: Day,
    pub(crate) maturity: Day,
    is_compounding: bool,
    instruction: &'static str,
    penalty_days: i32,
}

impl FixedDeposit {
    /// A deposit that runs on the last day and began after its customer came.
    pub(crate) fn draw(account: u64, currency: &'static str, since: Day, stream: &mut Stream) -> Self {
        let months = stream.weighted(&TERMS_MONTHS);
        let earliest = Bank::LAST_DAY.plus(1).plus_months(-months).plus(1).max(since);
        let start = Day(stream.within(earliest.0, Bank::LAST_DAY.0.max(earliest.0))).or_next_business();
        let start = if start > Bank::LAST_DAY { Bank::LAST_DAY.plus(-1) } else { start };
        // Longer terms and dollars pay more: 1.2 to 4.2 percent.
        let base = if currency == "USD" { 250 } else { 120 };
        let rate = (base + i64::from(months.min(36)) * 3 + stream.between(0, 60)) * 10_000;
        Self {
            account,
            principal: stream.lognormal(1_500_000.0, 0.9).clamp(50_000, 50_000_000) / 10_000 * 10_000 + 100_000,
            currency,
            rate,
            day_count: stream.weighted(&DAY_COUNTS),
            start,
            maturity: start.plus_months(months),
            is_compounding: months > 12 && stream.chance(0.6),
            instruction: stream.weighted(&INSTRUCTIONS),
            penalty_days: if months > 12 { 90 } else { 30 },
        }
    }

    /// Days on which interest was added to the balance up to the last day, and how much.
    pub(crate) fn capitalised(&self) -> Vec<(Day, i64)> {
        let (mut added, mut balance, mut from) = (Vec::new(), self.principal, self.start);
        let years = if self.is_compounding { 10 } else { 0 };
        for day in (1..=years).map(|year| self.start.plus_months(12 * year)) {
            if day > Bank::LAST_DAY || day >= self.maturity {
                break;
            }
            let interest = interest(balance, self.rate, from, day, self.day_count);
            added.push((day, interest));
            balance += interest;
            from = day;
        }
        added
    }
}

/// Interest in cents, rounded half up; `rate` in millionths of a percent a year.
fn interest(balance: i64, rate: i64, from: Day, to: Day, day_count: &str) -> i64 {
    let (days, year) = match day_count {
        "ACT/360" => (to.0 - from.0, 360),
        "30E/360" => (days_30e(from, to), 360),
        _ => (to.0 - from.0, 365),
    };
    rounded(i128::from(balance) * i128::from(rate) * i128::from(days), i128::from(year) * 100_000_000)
}

/// Every month has thirty days, and the 31st is the 30th.
fn days_30e(from: Day, to: Day) -> i32 {
    let ((y1, m1, d1), (y2, m2, d2)) = (from.civil(), to.civil());
    (y2 - y1) * 360 + (m2 - m1) * 30 + d2.min(30) - d1.min(30)
}

/// A quotient of whole numbers above zero, rounded half up.
pub(crate) fn rounded(value: i128, by: i128) -> i64 {
    i64::try_from((value * 2 + by) / (by * 2)).unwrap_or(i64::MAX)
}

pub(crate) fn columns(rows: &[FixedDeposit]) -> Vec<ArrayRef> {
    vec![
        identities(rows.iter().map(|row| row.account)),
        money(rows.iter().map(|row| row.principal)),
        texts(rows.iter().map(|row| row.currency)),
        decimals(RATE, rows.iter().map(|row| Some(row.rate))),
        texts(rows.iter().map(|row| row.day_count)),
        days(rows.iter().map(|row| row.start)),
        days(rows.iter().map(|row| row.maturity)),
        texts(rows.iter().map(|row| if row.is_compounding { "annual" } else { "at_maturity" })),
        texts(rows.iter().map(|row| row.instruction)),
        counts(rows.iter().map(|row| Some(row.penalty_days))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interest_is_that_of_its_day_count() {
        let (from, to) = (Day::new(2026, 1, 31), Day::new(2026, 7, 31));
        // 100,000.00 at 3 percent: 181 days of 360 and of 365, and six months of thirty days.
        assert_eq!(interest(10_000_000, 3_000_000, from, to, "ACT/360"), 150_833);
        assert_eq!(interest(10_000_000, 3_000_000, from, to, "ACT/365F"), 148_767);
        assert_eq!(interest(10_000_000, 3_000_000, from, to, "30E/360"), 150_000);
    }
}
