//! Numbers that look drawn and are the same everywhere: a stream for each part of each table, and distributions made of
//! additions and multiplications only, which no mathematics library computes differently.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of numbers.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of `part` of the table with this number; no two overlap.
    pub(crate) fn new(seed: u64, table: u64, part: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(table << 48 | part);
        Self(source)
    }

    /// A whole number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        // The high half of a product: even to one part in 2^64 / end, without a division.
        ((u128::from(self.0.next_u64()) * u128::from(end)) >> 64) as u64
    }

    /// A whole number between the two, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1).cast_unsigned()).cast_signed()
    }

    /// The same for days and other small numbers.
    pub(crate) fn within(&mut self, low: i32, high: i32) -> i32 {
        i32::try_from(self.between(i64::from(low), i64::from(high))).unwrap_or(low)
    }

    /// From 0 up to 1, without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in `probability` of all cases.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Mean 0, variance 1: the sum of twelve uniform numbers (Irwin-Hall), which ends at six deviations.
    pub(crate) fn normal(&mut self) -> f64 {
        let mut sum = -6.0;
        for _ in 0..6 {
            let bits = self.0.next_u64();
            sum += (bits >> 32) as f64 / 4_294_967_296.0 + (bits & 0xffff_ffff) as f64 / 4_294_967_296.0;
        }
        sum
    }

    /// An amount in hundredths around `median` hundredths, lognormal with this `sigma`; at least 1.
    pub(crate) fn lognormal(&mut self, median: f64, sigma: f64) -> i64 {
        whole(median * exp(sigma * self.normal())).max(1)
    }

    /// One of them, each as likely.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let at = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(at).copied().unwrap_or_default()
    }

    /// One of them, as likely as its weight of all weights.
    pub(crate) fn weighted<T: Copy + Default>(&mut self, items: &[(u64, T)]) -> T {
        let mut left = self.below(items.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        T::default()
    }
}

/// The nearest whole number.
#[expect(clippy::cast_possible_truncation, reason = "amounts are far below 2^63, and a cast ends at the ends")]
pub(crate) fn whole(number: f64) -> i64 {
    number.round() as i64
}

/// eˣ from products: (1 + x/2¹⁶)^2¹⁶, to four digits where amounts are.
pub(crate) fn exp(power: f64) -> f64 {
    let mut result = 1.0 + power / 65_536.0;
    for _ in 0..16 {
        result *= result;
    }
    result
}

/// A number without visible order (splitmix64).
pub(crate) fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, table, part| {
            let mut stream = Stream::new(seed, table, part);
            (0..8).map(|_| stream.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, 2, 3), draw(1, 2, 3));
        assert!(draw(1, 2, 3) != draw(2, 2, 3) && draw(1, 2, 3) != draw(1, 3, 3) && draw(1, 2, 3) != draw(1, 2, 4));
    }

    #[test]
    fn distributions_have_their_moments() {
        let mut stream = Stream::new(7, 0, 0);
        let drawn: Vec<f64> = (0..100_000).map(|_| stream.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / 1e5;
        let variance = drawn.iter().map(|drawn| drawn * drawn).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let mut amounts: Vec<i64> = (0..10_001).map(|_| stream.lognormal(5_000.0, 0.8)).collect();
        amounts.sort_unstable();
        assert!((4_800..5_200).contains(&amounts[5_000]), "{}", amounts[5_000]);
        assert!((0..1_000).all(|_| (3..=5).contains(&stream.between(3, 5))));
    }

    #[test]
    fn the_exponential_is_one() {
        for power in [-3.0, -0.5, 0.0, 1.0, 4.0_f64] {
            assert!((exp(power) / power.exp() - 1.0).abs() < 2e-4, "{power}");
        }
    }
}
