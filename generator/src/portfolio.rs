//! Portfolios of customers.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, days, identities, texts};
use crate::customer::Customer;
use crate::day::Day;
use crate::random::Stream;
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "portfolios",
    columns: &[
        ("portfolio_id", Kind::Integer, true),
        ("customer_id", Kind::Integer, true),
        ("base_currency", Kind::Text, true),
        ("opened_on", Kind::Date, true),
    ],
    key: 1,
    references: &[("customer_id", Table::Customers)],
};

pub(crate) struct Portfolio {
    pub(crate) id: u64,
    customer: u64,
    opened: Day,
}

impl Portfolio {
    /// One customer in eight invests.
    pub(crate) fn draw(customer: &Customer, stream: &mut Stream) -> Option<Self> {
        let opened = customer.since.or_next_business();
        (stream.chance(0.125) && opened < Bank::LAST_DAY).then_some(Self {
            id: customer.id * 10 + 1,
            customer: customer.id,
            opened,
        })
    }

    /// The first day on which it can trade.
    pub(crate) fn first_day(&self) -> Day {
        self.opened.max(Bank::FIRST_DAY)
    }
}

pub(crate) fn columns(rows: &[Portfolio]) -> Vec<ArrayRef> {
    vec![
        identities(rows.iter().map(|row| row.id)),
        identities(rows.iter().map(|row| row.customer)),
        texts(rows.iter().map(|_| "EUR")),
        days(rows.iter().map(|row| row.opened)),
    ]
}
