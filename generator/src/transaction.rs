//! Bookings, in the words of camt.053.

use std::borrow::Cow;

use arrow::array::ArrayRef;

use crate::account::Account;
use crate::columns::{Kind, MONEY, days, identities, money, optional_texts, texts};
use crate::day::Day;
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "transactions",
    columns: &[
        ("transaction_id", Kind::Integer, true),
        ("account_id", Kind::Integer, true),
        ("booking_date", Kind::Date, true),
        ("value_date", Kind::Date, true),
        ("amount", MONEY, true),
        ("currency", Kind::Text, true),
        ("bank_transaction_code", Kind::Text, true),
        ("counterparty_name", Kind::Text, false),
        ("counterparty_iban", Kind::Text, false),
        ("remittance_information", Kind::Text, false),
    ],
    key: 1,
    references: &[("account_id", Table::Accounts)],
};

/// Bank transaction codes of ISO 20022: domain, family and sub-family.
pub(crate) mod code {
    pub(crate) const INTEREST: &str = "ACMT-MCOP-INTR";
    pub(crate) const CHARGE: &str = "ACMT-MDOP-CHRG";
    pub(crate) const CASH: &str = "PMNT-CCRD-CWDL";
    pub(crate) const CARD: &str = "PMNT-CCRD-POSD";
    pub(crate) const TO_OWN: &str = "PMNT-ICDT-BOOK";
    pub(crate) const OUT: &str = "PMNT-ICDT-ESCT";
    pub(crate) const FROM_OWN: &str = "PMNT-RCDT-BOOK";
    pub(crate) const IN: &str = "PMNT-RCDT-ESCT";
    pub(crate) const SALARY: &str = "PMNT-RCDT-SALA";
    pub(crate) const COLLECTED: &str = "PMNT-RDDT-ESDD";
    /// The standard's code for what it has no code for: a balance carried forward.
    pub(crate) const FORWARD: &str = "XTND-NTAV-NTAV";
}

type Text = Cow<'static, str>;

/// The other side of a booking; the bank itself has none.
#[derive(Clone, Default)]
pub(crate) struct Party {
    pub(crate) name: Option<Text>,
    pub(crate) iban: Option<Text>,
}

/// What happens to an account.
pub(crate) struct Entry {
    booking: Day,
    value: Day,
    pub(crate) amount: i64,
    code: &'static str,
    party: Party,
    remittance: Option<Text>,
}

impl Entry {
    /// Booked on a day and counted from it, between the bank and the holder.
    pub(crate) fn new(day: Day, amount: i64, code: &'static str) -> Self {
        Self { booking: day, value: day, amount, code, party: Party::default(), remittance: None }
    }

    /// The day from which it counts.
    pub(crate) fn value(&self) -> Day {
        self.value
    }

    pub(crate) fn valued(self, value: Day) -> Self {
        Self { value, ..self }
    }

    pub(crate) fn with(self, party: Party) -> Self {
        Self { party, ..self }
    }

    pub(crate) fn saying(self, text: impl Into<Text>) -> Self {
        Self { remittance: Some(text.into()), ..self }
    }
}

/// An entry in the books of an account.
pub(crate) struct Transaction {
    account: u64,
    currency: &'static str,
    entry: Entry,
}

impl Transaction {
    /// Books `entry`: the balance of `account` follows.
    pub(crate) fn book(account: &mut Account, entry: Entry) -> Self {
        account.balance += entry.amount;
        Self { account: account.id, currency: account.currency, entry }
    }
}

/// The columns of `rows`, which are numbered from `first` on.
pub(crate) fn columns(rows: &[Transaction], first: u64) -> Vec<ArrayRef> {
    vec![
        identities((first..).take(rows.len())),
        identities(rows.iter().map(|row| row.account)),
        days(rows.iter().map(|row| row.entry.booking)),
        days(rows.iter().map(|row| row.entry.value)),
        money(rows.iter().map(|row| row.entry.amount)),
        texts(rows.iter().map(|row| row.currency)),
        texts(rows.iter().map(|row| row.entry.code)),
        optional_texts(rows.iter().map(|row| row.entry.party.name.as_deref())),
        optional_texts(rows.iter().map(|row| row.entry.party.iban.as_deref())),
        optional_texts(rows.iter().map(|row| row.entry.remittance.as_deref())),
    ]
}
