//! Deposit accounts with their balances at the end of the last day.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, MONEY, RATE, days, decimals, identities, money, optional_days, texts};
use crate::day::Day;
use crate::digits;
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "accounts",
    columns: &[
        ("account_id", Kind::Integer, true),
        ("iban", Kind::Text, true),
        ("holder_id", Kind::Integer, true),
        ("account_kind", Kind::Text, true),
        ("currency", Kind::Text, true),
        ("ledger_balance", MONEY, true),
        ("available_balance", MONEY, true),
        ("pledged_amount", MONEY, true),
        ("overdraft_limit", MONEY, true),
        ("insured_amount", MONEY, true),
        ("interest_rate", RATE, true),
        ("day_count", Kind::Text, true),
        ("opened_on", Kind::Date, true),
        ("closed_on", Kind::Date, false),
        ("status", Kind::Text, true),
        ("balance_date", Kind::Date, true),
    ],
    key: 1,
    references: &[("holder_id", Table::Customers)],
};

/// Sorting code of the bank: German ones begin with 1 to 8, so that no account can be somebody's.
const BANK_CODE: &str = "99012345";
/// What the deposit guarantee covers for one holder, in hundredths of a euro.
const INSURED_CENTS: i64 = 10_000_000;

#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) holder: u64,
    pub(crate) kind: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) balance: i64,
    pub(crate) pledged: i64,
    pub(crate) overdraft: i64,
    pub(crate) insured: i64,
    /// Millionths of a percent a year.
    pub(crate) rate: i64,
    pub(crate) day_count: &'static str,
    pub(crate) opened: Day,
    pub(crate) closed: Option<Day>,
    pub(crate) status: &'static str,
}

impl Account {
    /// Account `position` of a customer, with nothing on it.
    pub(crate) fn new(holder: u64, position: u64, kind: &'static str, currency: &'static str, opened: Day) -> Self {
        Self {
            id: holder * 10 + position,
            holder,
            kind,
            currency,
            balance: 0,
            pledged: 0,
            overdraft: 0,
            insured: 0,
            rate: 0,
            day_count: "ACT/365F",
            opened,
            closed: None,
            status: "active",
        }
    }

    pub(crate) fn iban(&self) -> String {
        iban_of(self.id)
    }

    fn available(&self) -> i64 {
        self.balance - self.pledged + self.overdraft
    }
}

pub(crate) fn iban_of(account: u64) -> String {
    digits::iban("DE", &format!("{BANK_CODE}{account:010}"))
}

/// Gives what the guarantee covers to a holder's accounts, in their order.
pub(crate) fn insure(accounts: &mut [Account]) {
    let mut left = INSURED_CENTS;
    for account in accounts {
        let rate = per_euro(account.currency);
        // Whole euros and cents of both currencies, rounded down: nobody is covered for more.
        let covered = account.balance.max(0).min(left * rate / 10_000);
        account.insured = covered;
        left -= (covered * 10_000 / rate).min(left);
    }
}

/// Ten-thousandths of a currency for a euro: the ECB's reference rates of 2026-10-30.
fn per_euro(currency: &str) -> i64 {
    match currency {
        "USD" => 11_172,
        "GBP" => 8_338,
        "CHF" => 9_194,
        _ => 10_000,
    }
}

pub(crate) fn columns(rows: &[Account]) -> Vec<ArrayRef> {
    vec![
        identities(rows.iter().map(|row| row.id)),
        texts(rows.iter().map(Account::iban)),
        identities(rows.iter().map(|row| row.holder)),
        texts(rows.iter().map(|row| row.kind)),
        texts(rows.iter().map(|row| row.currency)),
        money(rows.iter().map(|row| row.balance)),
        money(rows.iter().map(Account::available)),
        money(rows.iter().map(|row| row.pledged)),
        money(rows.iter().map(|row| row.overdraft)),
        money(rows.iter().map(|row| row.insured)),
        decimals(RATE, rows.iter().map(|row| Some(row.rate))),
        texts(rows.iter().map(|row| row.day_count)),
        days(rows.iter().map(|row| row.opened)),
        optional_days(rows.iter().map(|row| row.closed)),
        texts(rows.iter().map(|row| row.status)),
        days(rows.iter().map(|_| Bank::LAST_DAY)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guarantee_is_one_for_each_holder() {
        let account = |position, currency, balance| Account {
            balance,
            ..Account::new(1, position, "current", currency, Bank::FIRST_DAY)
        };
        let mut accounts =
            [account(1, "EUR", 6_000_000), account(2, "USD", 9_000_000), account(3, "EUR", 500), account(4, "EUR", -9)];
        insure(&mut accounts);
        assert_eq!(accounts.map(|account| account.insured), [6_000_000, 4_468_800, 0, 0]);
    }
}
