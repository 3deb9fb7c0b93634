//! Persons and companies.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, days, identities, texts};
use crate::day::Day;
use crate::names;
use crate::random::Stream;
use crate::table::Design;

pub(crate) const DESIGN: Design = Design {
    name: "customers",
    columns: &[
        ("customer_id", Kind::Integer, true),
        ("name", Kind::Text, true),
        ("kind", Kind::Text, true),
        ("country", Kind::Text, true),
        ("customer_since", Kind::Date, true),
    ],
    key: 1,
    references: &[],
};

/// Where customers outside the United States live, by weight.
const COUNTRIES: [(u64, &str); 8] =
    [(42, "DE"), (17, "FR"), (10, "NL"), (10, "ES"), (10, "IT"), (6, "AT"), (3, "BE"), (2, "CH")];

pub(crate) struct Customer {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) is_company: bool,
    pub(crate) country: &'static str,
    pub(crate) since: Day,
}

impl Customer {
    pub(crate) fn draw(bank: &Bank, id: u64, stream: &mut Stream) -> Self {
        let is_company = Bank::is_company(id);
        let country = if bank.is_in_us(id) { "US" } else { stream.weighted(&COUNTRIES) };
        let name = if is_company { names::company(stream) } else { names::person(stream) };
        // Most customers were there before the year that the bookings show.
        let latest = if stream.chance(0.9) { Bank::FIRST_DAY.plus(-1) } else { Bank::LAST_DAY.plus(-45) };
        let since = Day(stream.within(Day::new(2000, 1, 3).0, latest.0));
        Self { id, name, is_company, country, since }
    }
}

pub(crate) fn columns(rows: &[Customer]) -> Vec<ArrayRef> {
    vec![
        identities(rows.iter().map(|row| row.id)),
        texts(rows.iter().map(|row| &row.name)),
        texts(rows.iter().map(|row| if row.is_company { "company" } else { "person" })),
        texts(rows.iter().map(|row| row.country)),
        days(rows.iter().map(|row| row.since)),
    ]
}
