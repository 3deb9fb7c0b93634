//! Price, yield, duration and convexity: present values of a bond's payments.

use super::cash_flows::Bond;
use crate::double::double;
use crate::root;

/// The factor of a period at the lowest yield that is looked at: what is due is worth a million times more.
const PERIOD_FACTOR_MIN: f64 = 1e-6;
/// Doublings of the highest yield before there is none: to 10¹⁸ percent.
const DOUBLINGS_MAX: usize = 60;

/// Whether a price contains accrued interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    Clean,
    Dirty,
}

/// A bond at a yield.
#[derive(Clone, Copy, Debug)]
pub(super) struct Valued {
    /// Price for 100, accrued interest included.
    pub(super) dirty: f64,
    /// Years.
    pub(super) modified: f64,
    /// Years.
    pub(super) macaulay: f64,
    /// Years squared.
    pub(super) convexity: f64,
}

impl Quote {
    /// The quote of this name; clean where none is given.
    pub(super) fn named(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("clean") => Some(Self::Clean),
            Some("dirty") => Some(Self::Dirty),
            Some(_) => None,
        }
    }
}

impl Bond {
    /// The bond at a yield, given as a factor; none where a period would lose the whole.
    pub(super) fn valued(&self, rate: f64) -> Option<Valued> {
        let frequency = self.frequency;
        let period = 1.0 + rate / frequency;
        if period.is_nan() || period <= 0.0 {
            return None;
        }
        let (mut years, mut dirty, mut slope, mut curve) = (0.0, 0.0, 0.0, 0.0);
        for flow in &self.flows {
            years += flow.years;
            let worth = flow.amount * period.powf(-frequency * years);
            dirty += worth;
            slope += worth * years / period;
            curve += worth * years * (frequency * years + 1.0) / (frequency * period * period);
        }
        let modified = slope / dirty;
        let finite = [dirty, modified, curve].iter().all(|value| value.is_finite());
        finite.then_some(Valued { dirty, modified, macaulay: modified * period, convexity: curve / dirty })
    }

    pub(super) fn price(&self, rate: f64, quote: Quote) -> Option<f64> {
        Some(self.valued(rate)?.dirty - self.not_quoted(quote)?)
    }

    /// The yield as a factor.
    pub(super) fn yield_of(&self, price: f64, quote: Quote) -> Option<f64> {
        let dirty = price + self.not_quoted(quote)?;
        let excess =
            |rate: f64| self.valued(rate).map_or((f64::NAN, 0.0), |at| (at.dirty - dirty, -at.modified * at.dirty));
        // The price falls as the yield rises, from beyond all bounds towards nothing.
        let low = self.lowest(&excess)?;
        let mut high = 1.0;
        for _ in 0..DOUBLINGS_MAX {
            if excess(high).0 <= 0.0 {
                return root::between(low, high, excess);
            }
            high *= 2.0;
        }
        None
    }

    /// A yield at which the price is too high.
    fn lowest(&self, excess: &impl Fn(f64) -> (f64, f64)) -> Option<f64> {
        let mut factor = 1.0;
        while factor > PERIOD_FACTOR_MIN {
            let rate = (factor - 1.0) * self.frequency;
            if excess(rate).0 >= 0.0 {
                return Some(rate);
            }
            factor /= 2.0;
        }
        None
    }

    /// Accrued interest, where the quote leaves it out.
    fn not_quoted(&self, quote: Quote) -> Option<f64> {
        match quote {
            Quote::Clean => double(self.accrued),
            Quote::Dirty => Some(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use mesh_sdk::NaiveDate;
    use mesh_sdk::function::Decimal;
    use proptest::prelude::*;

    use super::super::cash_flows::Terms;
    use super::*;

    proptest! {
        #[test]
        fn the_yield_of_a_price_is_the_yield_that_made_it(
            settled in 15_000_i32..22_000, life in 1_i32..12_000, coupon in 0_i64..1_500, rate in -4.0_f64..40.0,
        ) {
            let day = |days: i32| NaiveDate::from_epoch_days(days).expect("a date");
            let terms = Terms {
                settlement: day(settled),
                maturity: day(settled + life),
                coupon: Decimal::new(coupon, 2),
                frequency: 2,
                convention: "ACT/ACT ICMA",
                issue: None,
                first: None,
            };
            let bond = Bond::of(&terms).expect("a bond");
            let price = bond.price(rate / 100.0, Quote::Clean).expect("a price");
            let found = 100.0 * bond.yield_of(price, Quote::Clean).expect("a yield");
            // What a day's life leaves of the price's last digit.
            let tolerance = 1e-9 * (1.0 + 365.0 / f64::from(life)) * (1.0 + rate.abs()) * (rate.max(0.0) * f64::from(life) / 36_500.0).exp();
            prop_assert!((found - rate).abs() < tolerance, "{found} for {rate}");
        }
    }
}
