//! All instruments with their prices: small enough to hold, and needed wherever something is traded.

use crate::bank::Bank;
use crate::instrument::Instrument;
use crate::price::{Quote, walk};
use crate::table::Table;

/// Instruments of one part of their tables.
pub(crate) const INSTRUMENTS_OF_PART: u64 = 500;

pub(crate) struct Market(Vec<(Instrument, Vec<Quote>)>);

impl Market {
    pub(crate) fn draw(bank: &Bank) -> Self {
        let numbers = 1..=bank.instruments();
        Self(
            numbers
                .map(|number| {
                    let instrument = Instrument::draw(number, &mut bank.stream(Table::Instruments, number));
                    let quotes = walk(&instrument, &mut bank.stream(Table::Prices, number));
                    (instrument, quotes)
                })
                .collect(),
        )
    }

    /// How many instruments there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, position: usize) -> Option<&(Instrument, Vec<Quote>)> {
        self.0.get(position)
    }

    /// The instruments of one part.
    pub(crate) fn part(&self, part: u64) -> &[(Instrument, Vec<Quote>)] {
        let count = usize::try_from(INSTRUMENTS_OF_PART).unwrap_or(1);
        let part = usize::try_from(part).unwrap_or(usize::MAX);
        self.0.chunks(count).nth(part).unwrap_or_default()
    }
}
