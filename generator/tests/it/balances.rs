//! Amounts agree with one another.

use std::collections::HashMap;

use fince_generator::{Bank, Table};

use crate::made::table;

#[test]
fn balances_are_the_sums_of_bookings() {
    let (accounts, transactions) = (table(Table::Accounts), table(Table::Transactions));
    let mut sums: HashMap<i64, i64> = HashMap::new();
    for (account, amount) in transactions.numbers("account_id").into_iter().zip(transactions.numbers("amount")) {
        *sums.entry(account).or_default() += amount;
    }
    let balances = accounts.numbers("ledger_balance");
    for (account, balance) in accounts.numbers("account_id").iter().zip(&balances) {
        assert_eq!(sums.get(account), Some(balance), "{account}");
    }
    let (pledged, overdraft) = (accounts.numbers("pledged_amount"), accounts.numbers("overdraft_limit"));
    let (available, insured) = (accounts.numbers("available_balance"), accounts.numbers("insured_amount"));
    for at in 0..accounts.count() {
        assert_eq!(available[at], balances[at] - pledged[at] + overdraft[at]);
        assert!(insured[at] >= 0 && insured[at] <= balances[at].max(0));
        assert!(pledged[at] == 0 || pledged[at] <= balances[at]);
    }
}

#[test]
fn no_account_is_ever_overdrawn_beyond_its_limit() {
    let (accounts, transactions) = (table(Table::Accounts), table(Table::Transactions));
    let limits: HashMap<i64, i64> =
        accounts.numbers("account_id").into_iter().zip(accounts.numbers("overdraft_limit")).collect();
    let (of, amounts) = (transactions.numbers("account_id"), transactions.numbers("amount"));
    let mut balances: HashMap<i64, i64> = HashMap::new();
    let mut days: HashMap<i64, i64> = HashMap::new();
    for (at, day) in transactions.numbers("booking_date").into_iter().enumerate() {
        let balance = balances.entry(of[at]).or_default();
        *balance += amounts[at];
        assert!(*balance >= -limits[&of[at]], "account {} on day {day}", of[at]);
        let last = days.insert(of[at], day).unwrap_or(day);
        assert!(last <= day, "bookings of account {} are in their order", of[at]);
    }
}

#[test]
fn dates_make_sense() {
    let transactions = table(Table::Transactions);
    let (booked, valued) = (transactions.numbers("booking_date"), transactions.numbers("value_date"));
    assert!(booked.iter().zip(&valued).all(|(booked, valued)| (0..=2).contains(&(valued - booked))));
    let year = i64::from(Bank::FIRST_DAY.0)..=i64::from(Bank::LAST_DAY.0);
    assert!(booked.iter().all(|day| year.contains(day)));
    assert!(transactions.numbers("amount").iter().all(|amount| *amount != 0));
    let accounts = table(Table::Accounts);
    let opened: HashMap<i64, i64> =
        accounts.numbers("account_id").into_iter().zip(accounts.numbers("opened_on")).collect();
    for (account, day) in transactions.numbers("account_id").iter().zip(&booked) {
        assert!(opened[account] <= *day, "{account}");
    }
    let (closed, status) = (accounts.optional_numbers("closed_on"), accounts.texts("status"));
    let balances = accounts.numbers("ledger_balance");
    for at in 0..accounts.count() {
        assert_eq!(closed[at].is_some(), status[at] == "closed");
        assert!(closed[at].is_none() || balances[at] == 0);
    }
}

/// Savings interest, reckoned day by day from value dates, in place of the generator's sums of products.
#[test]
fn savings_earn_what_their_balances_bear() {
    let (accounts, transactions) = (table(Table::Accounts), table(Table::Transactions));
    let (kinds, rates) = (accounts.texts("account_kind"), accounts.numbers("interest_rate"));
    let (of, codes) = (transactions.numbers("account_id"), transactions.texts("bank_transaction_code"));
    let (amounts, valued) = (transactions.numbers("amount"), transactions.numbers("value_date"));
    let first_of_october = i64::from(fince_generator::Day::new(2026, 10, 1).0);
    let mut checked = 0;
    for (at, account) in accounts.numbers("account_id").into_iter().enumerate() {
        if kinds[at] != "savings" {
            continue;
        }
        let own: Vec<usize> = (0..of.len()).filter(|booking| of[*booking] == account).collect();
        let credited: i64 = own
            .iter()
            .filter(|booking| codes[**booking] == "ACMT-MCOP-INTR" && valued[**booking] >= first_of_october)
            .map(|booking| amounts[*booking])
            .sum();
        let mut products = 0_i128;
        for day in first_of_october..=i64::from(Bank::LAST_DAY.0) {
            let counts = |booking: &&usize| {
                let is_interest_of_day = codes[**booking] == "ACMT-MCOP-INTR" && valued[**booking] == day;
                valued[**booking] <= day && !is_interest_of_day
            };
            products += own.iter().filter(counts).map(|booking| i128::from(amounts[*booking])).sum::<i128>();
        }
        let earned = (products * i128::from(rates[at]) * 2 + 36_500_000_000) / 73_000_000_000;
        assert_eq!(i128::from(credited), earned, "account {account}");
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}
