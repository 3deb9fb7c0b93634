//! Claims are reserved, paid and settled.

use std::collections::HashMap;

use fince_generator::{Bank, Table};

use crate::made::table;

#[test]
fn closed_claims_are_paid_and_open_ones_are_not() {
    let (claims, movements) = (table(Table::Claims), table(Table::ClaimMovements));
    let of = movements.numbers("claim_id");
    let mut totals: HashMap<i64, [i64; 4]> = HashMap::new();
    let columns = ["paid_share", "reserve_change_share", "paid_amount", "reserve_change_amount"]
        .map(|name| movements.numbers(name));
    for at in 0..movements.count() {
        let total = totals.entry(of[at]).or_default();
        for (total, column) in total.iter_mut().zip(&columns) {
            *total += column[at];
        }
        assert!(columns[0][at] >= 0 && total[1] >= 0, "nothing comes back, and no reserve is below zero");
    }
    let (status, costs) = (claims.texts("status"), claims.numbers("cost"));
    for (at, claim) in claims.numbers("claim_id").iter().enumerate() {
        let [paid, reserve, amount, reserved] = totals[claim];
        if status[at] == "closed" {
            assert_eq!((paid, reserve, amount, reserved), (1_000_000, 0, costs[at], 0), "claim {claim}");
        } else {
            assert!(paid < 1_000_000 && amount < costs[at], "claim {claim}");
        }
    }
}

#[test]
fn losses_are_covered_and_reported_in_time() {
    let (claims, policies) = (table(Table::Claims), table(Table::Policies));
    let (starts, ends) = (policies.numbers("cover_start"), policies.numbers("cover_end"));
    let covers: HashMap<i64, (i64, i64)> =
        policies.numbers("policy_id").into_iter().zip(starts.into_iter().zip(ends)).collect();
    let (losses, reports) = (claims.numbers("loss_date"), claims.numbers("report_date"));
    for (at, policy) in claims.numbers("policy_id").iter().enumerate() {
        let (start, end) = covers[policy];
        assert!((start..end).contains(&losses[at]), "claim at row {at}");
        assert!((losses[at]..=i64::from(Bank::LAST_DAY.0)).contains(&reports[at]), "claim at row {at}");
    }
}

#[test]
fn claims_of_kentucky_have_policies_of_kentucky() {
    let (claims, policies) = (table(Table::Claims), table(Table::Policies));
    let states = policies.texts("state");
    let of_kentucky = claims.count() * 5_626 / 7_150;
    for (at, policy) in claims.numbers("policy_id").into_iter().enumerate() {
        let expected = if at < of_kentucky { "KY" } else { "MI" };
        assert_eq!(states[usize::try_from(policy - 1).unwrap()], expected, "claim at row {at}");
    }
}
