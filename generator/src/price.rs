//! A year of closing prices: each instrument walks at random from its first price.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, PRICE, decimals, moments, texts};
use crate::day::Day;
use crate::instrument::{Instrument, Sort};
use crate::random::{Stream, whole};
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "prices",
    columns: &[
        ("isin", Kind::Text, true),
        ("priced_at", Kind::Time, true),
        ("price", PRICE, true),
        ("currency", Kind::Text, true),
        ("source", Kind::Text, true),
    ],
    key: 2,
    references: &[("isin", Table::Instruments)],
};

/// A price of a day, in millionths of the currency (of a percent for bonds).
pub(crate) type Quote = (Day, i64);

/// What each instrument was worth on each day with a price, the oldest first.
pub(crate) fn walk(instrument: &Instrument, stream: &mut Stream) -> Vec<Quote> {
    let (first, deviation) = match instrument.sort {
        Sort::Stock => (stream.lognormal(6_000.0, 0.9).max(200) as f64 / 100.0, 0.014),
        Sort::Bond => (90.0 + stream.unit() * 18.0, 0.0025),
        Sort::Fund => (stream.lognormal(9_000.0, 0.5).max(500) as f64 / 100.0, 0.007),
    };
    let (mut price, mut quotes) = (first, Vec::with_capacity(264));
    for number in Bank::FIRST_DAY.0..=Bank::LAST_DAY.0 {
        let day = Day(number);
        // Funds say what they are worth on the last day of each month, whatever day of the week it is.
        if day.is_business() || (instrument.sort == Sort::Fund && day == day.month_end()) {
            price *= 1.0 + deviation * stream.normal() + 0.0002;
            quotes.push((day, rounded(price, instrument.sort)));
        }
    }
    quotes
}

/// Cents, or thousandths of a percent for bonds.
fn rounded(price: f64, sort: Sort) -> i64 {
    let step = if sort == Sort::Bond { 1_000 } else { 10_000 };
    (whole(price * 1e6 / step as f64) * step).max(step)
}

/// Who prices, and the second of the day at which they do.
fn source(sort: Sort) -> (&'static str, i64) {
    match sort {
        Sort::Stock => ("exchange", 16 * 3_600 + 1_800),
        Sort::Bond => ("evaluated", 17 * 3_600),
        Sort::Fund => ("fund", 18 * 3_600),
    }
}

pub(crate) fn columns(rows: &[(&Instrument, &[Quote])]) -> Vec<ArrayRef> {
    let quotes: Vec<(&Instrument, &Quote)> =
        rows.iter().flat_map(|(instrument, quotes)| quotes.iter().map(move |quote| (*instrument, quote))).collect();
    vec![
        texts(quotes.iter().map(|(instrument, _)| &instrument.isin)),
        moments(quotes.iter().map(|(instrument, (day, _))| (*day, source(instrument.sort).1))),
        decimals(PRICE, quotes.iter().map(|(_, (_, price))| Some(*price))),
        texts(quotes.iter().map(|(instrument, _)| instrument.currency)),
        texts(quotes.iter().map(|(instrument, _)| source(instrument.sort).0)),
    ]
}
