//! Trades happen on days when there is a market, at its prices, and nothing is sold that was not bought.

use std::collections::HashMap;

use fince_generator::{Day, Table};

use crate::made::table;

const DAY_MICROS: i64 = 86_400_000_000;

#[test]
fn nothing_is_sold_short() {
    let trades = table(Table::Trades);
    let (portfolios, isins) = (trades.numbers("portfolio_id"), trades.texts("isin"));
    let (sides, quantities, times) = (trades.texts("side"), trades.numbers("quantity"), trades.numbers("traded_at"));
    let mut rows: Vec<usize> = (0..trades.count()).collect();
    rows.sort_by_key(|row| (times[*row], *row));
    let mut held: HashMap<(i64, &str), i64> = HashMap::new();
    for row in rows {
        let holding = held.entry((portfolios[row], &isins[row])).or_default();
        *holding += if sides[row] == "BUY" { quantities[row] } else { -quantities[row] };
        assert!(*holding >= 0 && quantities[row] > 0, "row {row}");
    }
    assert!(sides.iter().any(|side| side == "SELL"));
}

#[test]
fn prices_are_those_of_the_day() {
    let (trades, prices) = (table(Table::Trades), table(Table::Prices));
    let isins = prices.texts("isin");
    let days = prices.numbers("priced_at").into_iter().map(|at| at / DAY_MICROS);
    let closes: HashMap<(String, i64), i64> = isins.into_iter().zip(days).zip(prices.numbers("price")).collect();
    let (isins, times, paid) = (trades.texts("isin"), trades.numbers("traded_at"), trades.numbers("price"));
    for row in 0..trades.count() {
        let day = times[row] / DAY_MICROS;
        assert!(Day(i32::try_from(day).unwrap()).is_business());
        let close = closes[&(isins[row].clone(), day)];
        assert!((paid[row] - close).abs() * 200 <= close + 200 * 1_000, "row {row}: {} against {close}", paid[row]);
    }
}

#[test]
fn only_bonds_have_terms() {
    let instruments = table(Table::Instruments);
    let kinds = instruments.texts("instrument_kind");
    let bonds: Vec<bool> = kinds.iter().map(|kind| kind == "bond").collect();
    for column in ["coupon_rate", "coupon_frequency", "maturity_date"] {
        let present: Vec<bool> = instruments.optional_numbers(column).iter().map(Option::is_some).collect();
        assert_eq!(present, bonds, "{column}");
    }
    let issued = instruments.numbers("issue_date");
    let matures = instruments.optional_numbers("maturity_date");
    assert!(issued.iter().zip(matures).all(|(issued, matures)| matures.is_none_or(|matures| *issued < matures)));
}
