//! The bank looks like one: shares and sizes are what the README says.

use std::collections::HashMap;

use fince_generator::Table;

use crate::made::{CUSTOMERS, table};

fn shares(texts: &[String]) -> HashMap<&str, f64> {
    let mut shares: HashMap<&str, f64> = HashMap::new();
    for text in texts {
        *shares.entry(text).or_default() += 1.0 / texts.len() as f64;
    }
    shares
}

/// Says which share is out of its bounds, if one is.
fn hold(shares: &HashMap<&str, f64>, bounds: &[(&str, f64, f64)]) {
    for (name, low, high) in bounds {
        let share = shares.get(name).copied().unwrap_or(0.0);
        assert!((*low..=*high).contains(&share), "{name}: {share}, expected {low} to {high}");
    }
}

fn median(mut numbers: Vec<i64>) -> i64 {
    numbers.sort_unstable();
    numbers[numbers.len() / 2]
}

#[test]
fn customers_live_where_the_readme_says() {
    let customers = table(Table::Customers);
    assert_eq!(customers.count(), CUSTOMERS);
    hold(&shares(&customers.texts("country")), &[("US", 0.12, 0.24), ("DE", 0.26, 0.43), ("FR", 0.08, 0.20)]);
    hold(&shares(&customers.texts("kind")), &[("company", 0.099, 0.101)]);
}

#[test]
fn a_customer_has_a_hundred_bookings_a_year() {
    let transactions = table(Table::Transactions);
    let each = transactions.count() / CUSTOMERS;
    assert!((90..=120).contains(&each), "{each}");
    hold(
        &shares(&transactions.texts("bank_transaction_code")),
        &[
            ("PMNT-RDDT-ESDD", 0.14, 0.24),
            ("PMNT-ICDT-ESCT", 0.16, 0.27),
            ("PMNT-CCRD-POSD", 0.10, 0.18),
            ("PMNT-RCDT-SALA", 0.06, 0.10),
            ("ACMT-MCOP-INTR", 0.03, 0.08),
        ],
    );
}

#[test]
fn accounts_are_of_every_kind() {
    let accounts = table(Table::Accounts);
    let kinds = accounts.texts("account_kind");
    hold(&shares(&kinds), &[("current", 0.52, 0.68), ("savings", 0.22, 0.36), ("fixed_deposit", 0.06, 0.16)]);
    hold(&shares(&accounts.texts("currency")), &[("EUR", 0.65, 0.85), ("USD", 0.12, 0.26)]);
    let savings = accounts.numbers("ledger_balance").into_iter().zip(&kinds).filter(|(_, kind)| *kind == "savings");
    let middle = median(savings.map(|(balance, _)| balance).collect());
    assert!((300_000..=1_200_000).contains(&middle), "{middle}");
    let pledged = accounts.numbers("pledged_amount").iter().filter(|amount| **amount > 0).count();
    assert!(pledged > 10, "{pledged}");
}

#[test]
fn salaries_are_salaries() {
    let transactions = table(Table::Transactions);
    let (codes, amounts) = (transactions.texts("bank_transaction_code"), transactions.numbers("amount"));
    let salaries = amounts.into_iter().zip(codes).filter(|(_, code)| code == "PMNT-RCDT-SALA");
    let middle = median(salaries.map(|(amount, _)| amount).collect());
    assert!((220_000..=310_000).contains(&middle), "{middle}");
}

#[test]
fn half_of_all_claims_are_settled_in_their_year() {
    let (claims, movements) = (table(Table::Claims), table(Table::ClaimMovements));
    hold(&shares(&claims.texts("status")), &[("closed", 0.70, 0.95)]);
    let losses: HashMap<i64, i64> = claims.numbers("claim_id").into_iter().zip(claims.numbers("loss_date")).collect();
    let (of, days, paid) =
        (movements.numbers("claim_id"), movements.numbers("movement_date"), movements.numbers("paid_share"));
    let year = |day: i64| fince_generator::Day(i32::try_from(day).unwrap()).civil().0;
    let (mut within, mut all) = (0, 0);
    for at in 0..movements.count() {
        all += paid[at];
        within += if year(days[at]) == year(losses[&of[at]]) { paid[at] } else { 0 };
    }
    let share = within as f64 / all as f64;
    assert!((0.45..0.75).contains(&share), "{share}");
}
