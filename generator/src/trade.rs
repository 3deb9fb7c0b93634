//! Executions: nothing is sold that was not bought before, and prices are those of the day within half a percent.

use arrow::array::ArrayRef;

use crate::columns::{Kind, PRICE, QUANTITY, decimals, identities, moments, texts};
use crate::day::Day;
use crate::instrument::{Instrument, Sort};
use crate::market::Market;
use crate::portfolio::Portfolio;
use crate::random::Stream;
use crate::table::{Design, Table};

pub(crate) const DESIGN: Design = Design {
    name: "trades",
    columns: &[
        ("trade_id", Kind::Integer, true),
        ("portfolio_id", Kind::Integer, true),
        ("isin", Kind::Text, true),
        ("side", Kind::Text, true),
        ("quantity", QUANTITY, true),
        ("price", PRICE, true),
        ("currency", Kind::Text, true),
        ("traded_at", Kind::Time, true),
        ("venue", Kind::Text, true),
    ],
    key: 1,
    references: &[("portfolio_id", Table::Portfolios), ("isin", Table::Instruments)],
};

pub(crate) struct Trade<'a> {
    portfolio: u64,
    instrument: &'a Instrument,
    is_buy: bool,
    /// Ten-thousandths.
    quantity: i64,
    price: i64,
    at: (Day, i64),
}

/// What a portfolio traded over the year, the oldest first.
pub(crate) fn draw<'a>(portfolio: &Portfolio, market: &'a Market, stream: &mut Stream) -> Vec<Trade<'a>> {
    let universe: Vec<usize> =
        (0..stream.between(4, 12)).map(|_| usize::try_from(stream.below(market.len() as u64)).unwrap_or(0)).collect();
    let mut holdings = vec![0_i64; market.len()];
    let count = stream.between(10, 70);
    let mut days: Vec<i64> = (0..count).map(|_| stream.between(0, i64::from(u16::MAX))).collect();
    days.sort_unstable();
    let mut trades = Vec::with_capacity(days.len());
    for share in days {
        let position = stream.pick(&universe);
        let Some((instrument, quotes)) = market.get(position) else { continue };
        let first = quotes.partition_point(|(day, _)| *day < portfolio.first_day());
        let open = quotes.len().saturating_sub(first);
        let at = first + usize::try_from(share).unwrap_or(0) * open / (usize::from(u16::MAX) + 1);
        // Funds have prices on weekends, but nobody trades then.
        let Some((day, close)) = quotes.get(at).copied().filter(|(day, _)| day.is_business()) else { continue };
        let Some(held) = holdings.get_mut(position) else { continue };
        let is_buy = *held == 0 || stream.chance(0.62);
        let wanted = quantity(instrument.sort, stream);
        let quantity = if is_buy { wanted } else { wanted.min(*held) };
        *held += if is_buy { quantity } else { -quantity };
        let price = (close + close * stream.between(-50, 50) / 10_000) / 1_000 * 1_000;
        trades.push(Trade {
            portfolio: portfolio.id,
            instrument,
            is_buy,
            quantity,
            price: price.max(1_000),
            at: (day, stream.between(8 * 3_600, 16 * 3_600)),
        });
    }
    // Those of one day in the order of the clock; a sale may not come before its purchase, so the clocks are sorted alone.
    in_order(&mut trades);
    trades
}

fn in_order(trades: &mut [Trade<'_>]) {
    trades.sort_by_key(|trade| trade.at.0);
    for of_day in trades.chunk_by_mut(|one, other| one.at.0 == other.at.0) {
        let mut clocks: Vec<i64> = of_day.iter().map(|trade| trade.at.1).collect();
        clocks.sort_unstable();
        for (trade, clock) in of_day.iter_mut().zip(clocks) {
            trade.at.1 = clock;
        }
    }
}

/// Whole shares, fractions of fund units, and bonds by the thousand.
fn quantity(sort: Sort, stream: &mut Stream) -> i64 {
    match sort {
        Sort::Stock => stream.lognormal(25.0, 1.0) * 10_000,
        Sort::Bond => stream.lognormal(5.0, 0.8) * 1_000 * 10_000,
        Sort::Fund => stream.lognormal(150_000.0, 0.9),
    }
}

/// The columns of `rows`, which are numbered from `first` on.
pub(crate) fn columns(rows: &[Trade<'_>], first: u64) -> Vec<ArrayRef> {
    vec![
        identities((first..).take(rows.len())),
        identities(rows.iter().map(|row| row.portfolio)),
        texts(rows.iter().map(|row| &row.instrument.isin)),
        texts(rows.iter().map(|row| if row.is_buy { "BUY" } else { "SELL" })),
        decimals(QUANTITY, rows.iter().map(|row| Some(row.quantity))),
        decimals(PRICE, rows.iter().map(|row| Some(row.price))),
        texts(rows.iter().map(|row| row.instrument.currency)),
        moments(rows.iter().map(|row| row.at)),
        texts(rows.iter().map(|row| row.instrument.mic)),
    ]
}
