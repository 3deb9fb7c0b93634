//! Stocks, bonds and funds.

use arrow::array::ArrayRef;

use crate::bank::Bank;
use crate::columns::{Kind, RATE, counts, days, decimals, optional_days, optional_texts, texts};
use crate::day::Day;
use crate::digits;
use crate::names;
use crate::random::Stream;
use crate::table::Design;

pub(crate) const DESIGN: Design = Design {
    name: "instruments",
    columns: &[
        ("isin", Kind::Text, true),
        ("name", Kind::Text, true),
        ("cfi", Kind::Text, true),
        ("instrument_kind", Kind::Text, true),
        ("issuer_lei", Kind::Text, true),
        ("mic", Kind::Text, true),
        ("currency", Kind::Text, true),
        ("quotation", Kind::Text, true),
        ("coupon_rate", RATE, false),
        ("coupon_frequency", Kind::Count, false),
        ("day_count", Kind::Text, false),
        ("issue_date", Kind::Date, true),
        ("maturity_date", Kind::Date, false),
    ],
    key: 1,
    references: &[],
};

/// Market, country of the ISIN, currency.
type Venue = (&'static str, &'static str, &'static str);

const EXCHANGES: [(u64, Venue); 7] = [
    (26, ("XETR", "DE", "EUR")),
    (16, ("XPAR", "FR", "EUR")),
    (8, ("XAMS", "NL", "EUR")),
    (22, ("XNYS", "US", "USD")),
    (16, ("XNAS", "US", "USD")),
    (7, ("XLON", "GB", "GBP")),
    (5, ("XSWX", "CH", "CHF")),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Stock,
    Bond,
    Fund,
}

/// What only bonds have.
#[derive(Clone, Copy)]
struct Coupon {
    /// Millionths of a percent a year.
    rate: i64,
    frequency: i32,
    day_count: &'static str,
    maturity: Day,
}

pub(crate) struct Instrument {
    pub(crate) isin: String,
    name: String,
    pub(crate) sort: Sort,
    lei: String,
    pub(crate) mic: &'static str,
    pub(crate) currency: &'static str,
    issue: Day,
    coupon: Option<Coupon>,
}

impl Instrument {
    pub(crate) fn draw(number: u64, stream: &mut Stream) -> Self {
        let sort = stream.weighted(&[(55, Some(Sort::Stock)), (30, Some(Sort::Bond)), (15, Some(Sort::Fund))]);
        let sort = sort.unwrap_or(Sort::Stock);
        let (mic, country, currency) = match sort {
            Sort::Fund => ("XLUX", "LU", "EUR"),
            _ => stream.weighted(&EXCHANGES),
        };
        let issuer = names::company(stream);
        let coupon = (sort == Sort::Bond).then(|| Coupon::draw(currency, stream));
        let issue = match &coupon {
            Some(coupon) => coupon.maturity.plus_months(-12 * stream.within(1, 10)).min(Bank::FIRST_DAY.plus(-30)),
            None => Day(stream.within(Day::new(1995, 1, 2).0, Day::new(2024, 12, 31).0)),
        };
        let name = match (&coupon, sort) {
            (Some(coupon), _) => {
                format!("{issuer} {:.3}% {}", coupon.rate as f64 / 1e6, coupon.maturity.civil().0)
            }
            (None, Sort::Fund) => format!("{issuer} Fund"),
            (None, _) => issuer,
        };
        Self {
            isin: digits::isin(country, &format!("FNC{number:06}")),
            name,
            sort,
            lei: digits::lei(&format!("FNCE00{:012}", number / 3 + 1)),
            mic,
            currency,
            issue,
            coupon,
        }
    }

    fn cfi(&self) -> &'static str {
        match self.sort {
            Sort::Stock => "ESVUFR",
            Sort::Bond => "DBFUFB",
            Sort::Fund => "CIOGES",
        }
    }

    fn kind(&self) -> &'static str {
        match self.sort {
            Sort::Stock => "stock",
            Sort::Bond => "bond",
            Sort::Fund => "fund",
        }
    }
}

impl Coupon {
    /// Eighths of a percent up to six, paid on the fifteenth; half-yearly where that is the custom.
    fn draw(currency: &str, stream: &mut Stream) -> Self {
        let frequency = if matches!(currency, "USD" | "GBP") { 2 } else { 1 };
        let day_count = match currency {
            "USD" => "30E/360",
            "GBP" => "ACT/365F",
            _ => stream.weighted(&[(60, "ACT/ACT ICMA"), (40, "30E/360")]),
        };
        let maturity = Day::new(2027, 1, 15).plus_months(stream.within(0, 12 * 19));
        Self { rate: stream.between(2, 48) * 125_000, frequency, day_count, maturity }
    }
}

pub(crate) fn columns(rows: &[&Instrument]) -> Vec<ArrayRef> {
    let coupons = || rows.iter().map(|row| row.coupon);
    vec![
        texts(rows.iter().map(|row| &row.isin)),
        texts(rows.iter().map(|row| &row.name)),
        texts(rows.iter().map(|row| row.cfi())),
        texts(rows.iter().map(|row| row.kind())),
        texts(rows.iter().map(|row| &row.lei)),
        texts(rows.iter().map(|row| row.mic)),
        texts(rows.iter().map(|row| row.currency)),
        texts(rows.iter().map(|row| if row.sort == Sort::Bond { "percent" } else { "unit" })),
        decimals(RATE, coupons().map(|coupon| coupon.map(|coupon| coupon.rate))),
        counts(coupons().map(|coupon| coupon.map(|coupon| coupon.frequency))),
        optional_texts(coupons().map(|coupon| coupon.map(|coupon| coupon.day_count))),
        days(rows.iter().map(|row| row.issue)),
        optional_days(coupons().map(|coupon| coupon.map(|coupon| coupon.maturity))),
    ]
}
