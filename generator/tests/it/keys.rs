//! Primary keys are unique, and foreign keys lead somewhere.

use std::collections::HashSet;

use fince_generator::{Kind, Table};

use crate::made::table;

fn values(of: Table, column: &str) -> Vec<String> {
    let kind = of.columns().find(|(name, _, _)| *name == column).unwrap().1;
    let rows = table(of);
    match kind {
        Kind::Text => rows.texts(column),
        _ => rows.numbers(column).iter().map(i64::to_string).collect(),
    }
}

#[test]
fn primary_keys_are_unique() {
    for of in Table::ALL {
        let columns: Vec<Vec<String>> = of.key().map(|column| values(of, column)).collect();
        let keys: HashSet<Vec<&String>> =
            (0..columns[0].len()).map(|row| columns.iter().map(|column| &column[row]).collect()).collect();
        assert!(!keys.is_empty());
        assert_eq!(keys.len(), columns[0].len(), "{of}");
    }
}

#[test]
fn foreign_keys_lead_to_a_row() {
    let mut checked = 0;
    for of in Table::ALL {
        for (column, other) in of.references() {
            let known: HashSet<String> = values(*other, other.key().next().unwrap()).into_iter().collect();
            assert!(values(of, column).iter().all(|value| known.contains(value)), "{of}.{column} -> {other}");
            checked += 1;
        }
    }
    assert_eq!(checked, 10);
}

#[test]
fn policyholders_are_companies() {
    assert!(table(Table::Policies).numbers("policyholder_id").iter().all(|holder| holder % 10 == 0));
    let customers = table(Table::Customers);
    let kinds = customers.texts("kind");
    assert!(customers.numbers("customer_id").iter().zip(kinds).all(|(id, kind)| (id % 10 == 0) == (kind == "company")));
}
