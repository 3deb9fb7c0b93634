//! A bond as it stands at settlement: what it pays, when, and what has accrued.

use mesh_sdk::NaiveDate;
use mesh_sdk::day_count::DayCount;
use mesh_sdk::function::Decimal;

use super::schedule::{Coupon, coupons};
use crate::double::double;

/// What a call says of a bond.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) settlement: NaiveDate,
    pub(super) maturity: NaiveDate,
    /// Percent a year.
    pub(super) coupon: Decimal,
    pub(super) frequency: i32,
    pub(super) convention: &'a str,
    pub(super) issue: Option<NaiveDate>,
    pub(super) first: Option<NaiveDate>,
}

/// A payment for 100 of nominal value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payment {
    pub(super) date: NaiveDate,
    pub(super) interest: Decimal,
    pub(super) redemption: Decimal,
    /// Interest and redemption.
    pub(super) amount: f64,
    /// Years from the payment before, or from settlement, as the convention counts them.
    pub(super) years: f64,
}

/// A bond at its settlement.
#[derive(Debug)]
pub(super) struct Bond {
    /// Compounding periods a year.
    pub(super) frequency: f64,
    /// Accrued interest for 100 of nominal value.
    pub(super) accrued: Decimal,
    /// Payments after settlement, the earliest first.
    pub(super) flows: Vec<Payment>,
}

impl Bond {
    /// The bond of these terms; none when they do not describe one.
    pub(super) fn of(terms: &Terms<'_>) -> Option<Self> {
        let convention = DayCount::named(terms.convention)?;
        let frequency = u32::try_from(terms.frequency).ok().filter(|frequency| matches!(frequency, 1..=4 | 6 | 12))?;
        let coupons = coupons(terms.settlement, terms.maturity, 12 / frequency, terms.issue, terms.first)?;
        let years = |coupon: &Coupon, to: NaiveDate| convention.fraction_in(coupon.start, to, Some(coupon.regular));
        // A coupon in percent is the interest of a year on 100.
        let interest = |coupon: &Coupon, to: NaiveDate| years(coupon, to)?.checked_mul(terms.coupon);
        let accrued = interest(coupons.first()?, terms.settlement)?;
        let mut flows = Vec::with_capacity(coupons.len());
        for coupon in &coupons {
            let elapsed = if flows.is_empty() { years(coupon, terms.settlement)? } else { Decimal::ZERO };
            let interest = interest(coupon, coupon.end)?;
            let redemption = if coupon.end == terms.maturity { Decimal::ONE_HUNDRED } else { Decimal::ZERO };
            flows.push(Payment {
                date: coupon.end,
                interest,
                redemption,
                amount: double(interest.checked_add(redemption)?)?,
                years: double(years(coupon, coupon.end)?.checked_sub(elapsed)?)?,
            });
        }
        Some(Self { frequency: f64::from(frequency), accrued, flows })
    }

    /// Date, interest and redemption of each payment.
    pub(super) fn payments(&self) -> Vec<(NaiveDate, Decimal, Decimal)> {
        self.flows.iter().map(|flow| (flow.date, flow.interest, flow.redemption)).collect()
    }
}
