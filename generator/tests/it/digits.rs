//! Check digits, computed in another way than the generator's: on the whole number at once.

use std::collections::HashSet;

use fince_generator::Table;

use crate::made::table;

/// Letters as two digits.
fn expanded(text: &str) -> String {
    text.chars().map(|c| c.to_digit(36).unwrap().to_string()).collect()
}

/// ISO 7064 mod 97-10 by long division.
fn mod_97(digits: &str) -> u32 {
    digits.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97)
}

fn iban_is_valid(iban: &str) -> bool {
    let length = match &iban[..2] {
        "DE" => 22,
        "NL" => 18,
        "AT" => 20,
        _ => return false,
    };
    iban.len() == length && mod_97(&expanded(&format!("{}{}", &iban[4..], &iban[..4]))) == 1
}

fn isin_is_valid(isin: &str) -> bool {
    let sum: u32 = expanded(isin)
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit - b'0') * (1 + u32::from(at % 2 == 1));
            value / 10 + value % 10
        })
        .sum();
    isin.len() == 12 && sum.is_multiple_of(10)
}

#[test]
fn the_tests_own_checks_know_right_from_wrong() {
    assert!(iban_is_valid("DE89370400440532013000") && !iban_is_valid("DE89370400440532013001"));
    assert!(isin_is_valid("US0378331005") && !isin_is_valid("US0378331006"));
}

#[test]
fn every_identifier_keeps_its_check_digits() {
    let ibans = table(Table::Accounts).texts("iban");
    assert!(ibans.iter().all(|iban| iban_is_valid(iban)));
    assert_eq!(ibans.iter().collect::<HashSet<_>>().len(), ibans.len());
    let counterparties = table(Table::Transactions).optional_texts("counterparty_iban");
    assert!(counterparties.iter().flatten().all(|iban| iban_is_valid(iban)));
    let instruments = table(Table::Instruments);
    assert!(instruments.texts("isin").iter().all(|isin| isin_is_valid(isin)));
    assert!(instruments.texts("issuer_lei").iter().all(|lei| lei.len() == 20 && mod_97(&expanded(lei)) == 1));
}
