//! Fixed-rate bonds: price, yield, accrued interest, duration, convexity, cash flows.

mod about;
mod cash_flows;
mod schedule;
mod value;

use mesh_sdk::function::{DATE, Functions, INTEGER, NUMBER, RATE, TEXT, optional, table};

use crate::double::{double, factor, number};
use cash_flows::{Bond, Terms};
use value::{Quote, Valued};

pub(crate) fn add(functions: Functions) -> Functions {
    cash_flows_of(accrued_interest(sensitivities(price_and_yield(functions))))
}

macro_rules! named {
    (settlement) => {
        ("settlement", DATE, "day on which the bond is paid for")
    };
    (maturity) => {
        ("maturity", DATE, "day of redemption at 100")
    };
    (coupon) => {
        ("coupon_percent", RATE, "coupon, percent a year of the nominal value")
    };
    (yield_percent) => {
        ("yield_percent", NUMBER, "yield, percent a year, compounded as often as coupons are paid")
    };
    (frequency) => {
        ("frequency", INTEGER, "coupons a year: 1, 2, 3, 4, 6 or 12")
    };
    (convention) => {
        ("convention", TEXT, mesh_sdk::day_count::MEANING)
    };
    (quote) => {
        ("quote", optional(TEXT), "'clean' (where not given) or 'dirty', with accrued interest")
    };
    (issue) => {
        ("issue", optional(DATE), "day from which interest accrues; where not given, a coupon day before settlement")
    };
    (first) => {
        ("first_coupon", optional(DATE), "first coupon day; where not given, the first regular one after the issue")
    };
}

fn price_and_yield(functions: Functions) -> Functions {
    let of_price = (
        named!(settlement),
        named!(maturity),
        named!(coupon),
        named!(yield_percent),
        named!(frequency),
        named!(convention),
        named!(quote),
        named!(issue),
        named!(first),
    );
    let of_yield = (
        named!(settlement),
        named!(maturity),
        named!(coupon),
        ("price", NUMBER, "price for 100 of nominal value"),
        named!(frequency),
        named!(convention),
        named!(quote),
        named!(issue),
        named!(first),
    );
    functions
        .scalar(
            about::PRICE,
            of_price,
            NUMBER,
            |(settlement, maturity, coupon, rate, frequency, convention, quote, issue, first)| {
                let terms = Terms { settlement, maturity, coupon, frequency, convention, issue, first };
                number(Bond::of(&terms)?.price(factor(rate)?, Quote::named(quote)?)?)
            },
        )
        .scalar(
            about::YIELD,
            of_yield,
            NUMBER,
            |(settlement, maturity, coupon, price, frequency, convention, quote, issue, first)| {
                let terms = Terms { settlement, maturity, coupon, frequency, convention, issue, first };
                number(100.0 * Bond::of(&terms)?.yield_of(double(price)?, Quote::named(quote)?)?)
            },
        )
}

fn sensitivities(functions: Functions) -> Functions {
    let of_duration = (
        named!(settlement),
        named!(maturity),
        named!(coupon),
        named!(yield_percent),
        named!(frequency),
        named!(convention),
        ("kind", optional(TEXT), "'modified' (where not given) or 'macaulay'"),
        named!(issue),
        named!(first),
    );
    let of_convexity = (
        named!(settlement),
        named!(maturity),
        named!(coupon),
        named!(yield_percent),
        named!(frequency),
        named!(convention),
        named!(issue),
        named!(first),
    );
    functions
        .scalar(
            about::DURATION,
            of_duration,
            NUMBER,
            |(settlement, maturity, coupon, rate, frequency, convention, kind, issue, first)| {
                let terms = Terms { settlement, maturity, coupon, frequency, convention, issue, first };
                let Valued { modified, macaulay, .. } = Bond::of(&terms)?.valued(factor(rate)?)?;
                match kind {
                    None | Some("modified") => number(modified),
                    Some("macaulay") => number(macaulay),
                    Some(_) => None,
                }
            },
        )
        .scalar(
            about::CONVEXITY,
            of_convexity,
            NUMBER,
            |(settlement, maturity, coupon, rate, frequency, convention, issue, first)| {
                let terms = Terms { settlement, maturity, coupon, frequency, convention, issue, first };
                number(Bond::of(&terms)?.valued(factor(rate)?)?.convexity)
            },
        )
}

fn accrued_interest(functions: Functions) -> Functions {
    let arguments = (
        named!(settlement),
        named!(maturity),
        named!(coupon),
        named!(frequency),
        named!(convention),
        named!(issue),
        named!(first),
    );
    functions.scalar(
        about::ACCRUED_INTEREST,
        arguments,
        NUMBER,
        |(settlement, maturity, coupon, frequency, convention, issue, first)| {
            let terms = Terms { settlement, maturity, coupon, frequency, convention, issue, first };
            Some(Bond::of(&terms)?.accrued)
        },
    )
}

fn cash_flows_of(functions: Functions) -> Functions {
    let arguments = (
        named!(settlement),
        named!(maturity),
        named!(coupon),
        named!(frequency),
        named!(convention),
        named!(issue),
        named!(first),
    );
    let columns = table((
        ("date", DATE, "coupon day, not moved for holidays"),
        ("coupon", NUMBER, "interest for 100 of nominal value"),
        ("redemption", NUMBER, "redemption for 100 of nominal value"),
    ));
    functions.scalar(
        about::CASH_FLOWS,
        arguments,
        columns,
        |(settlement, maturity, coupon, frequency, convention, issue, first)| {
            let terms = Terms { settlement, maturity, coupon, frequency, convention, issue, first };
            Some(Bond::of(&terms)?.payments())
        },
    )
}
