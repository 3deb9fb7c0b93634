//! What is remembered of a group's rows, and how it travels between the parts of a query.

use std::mem::size_of;

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What a fold remembers. States of two parts of a group merge into that of the whole, and travel as bytes.
pub trait State: Clone + Default + Send + Sync + 'static {
    /// Takes in what another part of the same group remembers.
    fn merge(&mut self, other: Self);

    /// Appends it as bytes.
    #[doc(hidden)]
    fn write(&self, bytes: &mut Vec<u8>);

    /// Takes it from the front of bytes; `None` when they are not of this kind.
    #[doc(hidden)]
    fn read(bytes: &mut &[u8]) -> Option<Self>;

    /// Bytes that it holds besides itself.
    #[doc(hidden)]
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// A value that a state can hold many of.
pub trait Item: Copy + Send + Sync + 'static {
    /// Appends it as bytes.
    #[doc(hidden)]
    fn write(self, bytes: &mut Vec<u8>);

    /// Takes it from the front of bytes.
    #[doc(hidden)]
    fn read(bytes: &mut &[u8]) -> Option<Self>;
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*first)
}

impl Item for i32 {
    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        take(bytes).map(Self::from_le_bytes)
    }
}

impl Item for Decimal {
    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.serialize());
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        take(bytes).map(Self::deserialize)
    }
}

impl Item for NaiveDate {
    fn write(self, bytes: &mut Vec<u8>) {
        self.to_epoch_days().write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        i32::read(bytes).and_then(Self::from_epoch_days)
    }
}

macro_rules! tuple {
    ($($member:ident $at:tt),+) => {
        impl<$($member: Item),+> Item for ($($member,)+) {
            fn write(self, bytes: &mut Vec<u8>) {
                $(self.$at.write(bytes);)+
            }

            fn read(bytes: &mut &[u8]) -> Option<Self> {
                Some(($($member::read(bytes)?,)+))
            }
        }

        impl<$($member: State),+> State for ($($member,)+) {
            fn merge(&mut self, other: Self) {
                $(self.$at.merge(other.$at);)+
            }

            fn write(&self, bytes: &mut Vec<u8>) {
                $(self.$at.write(bytes);)+
            }

            fn read(bytes: &mut &[u8]) -> Option<Self> {
                Some(($($member::read(bytes)?,)+))
            }

            fn heap_bytes(&self) -> usize {
                0 $(+ self.$at.heap_bytes())+
            }
        }
    };
}

tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);

/// All values, in no order that can be relied on.
impl<T: Item> State for Vec<T> {
    fn merge(&mut self, other: Self) {
        if self.is_empty() { *self = other } else { self.extend(other) }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend((self.len() as u64).to_le_bytes());
        for item in self {
            item.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let length = u64::from_le_bytes(take(bytes)?);
        (0..length).map(|_| T::read(bytes)).collect()
    }

    fn heap_bytes(&self) -> usize {
        self.capacity() * size_of::<T>()
    }
}

/// An exact sum; once it no longer fits, there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum(Option<Decimal>);

impl Default for Sum {
    fn default() -> Self {
        Self(Some(Decimal::ZERO))
    }
}

impl Sum {
    /// Adds a value.
    pub fn add(&mut self, value: Decimal) {
        self.0 = self.0.and_then(|sum| sum.checked_add(value));
    }

    /// The sum; `None` when it has more digits than a decimal.
    #[must_use]
    pub fn value(&self) -> Option<Decimal> {
        self.0
    }
}

impl State for Sum {
    fn merge(&mut self, other: Self) {
        self.0 = self.0.zip(other.0).and_then(|(sum, other)| sum.checked_add(other));
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.0.is_some()));
        self.0.unwrap_or_default().write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let [fits] = take(bytes)?;
        let sum = Decimal::read(bytes)?;
        Some(Self((fits == 1).then_some(sum)))
    }
}

/// A value that is the same in all rows of a group, such as a level of confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Same<T> {
    /// No row was seen.
    #[default]
    Unknown,
    /// It is this one.
    Is(T),
    /// There were several.
    Several,
}

impl<T: Item + PartialEq> Same<T> {
    /// Takes in a row's value.
    pub fn add(&mut self, value: T) {
        *self = match *self {
            Self::Unknown => Self::Is(value),
            Self::Is(known) if known == value => Self::Is(known),
            Self::Is(_) | Self::Several => Self::Several,
        };
    }

    /// The value; `None` when there is none or more than one.
    #[must_use]
    pub fn value(&self) -> Option<T> {
        match *self {
            Self::Is(value) => Some(value),
            Self::Unknown | Self::Several => None,
        }
    }
}

impl<T: Item + Default + PartialEq> State for Same<T> {
    fn merge(&mut self, other: Self) {
        match other {
            Self::Unknown => {}
            Self::Is(value) => self.add(value),
            Self::Several => *self = Self::Several,
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let (tag, value) = match *self {
            Self::Unknown => (0, None),
            Self::Is(value) => (1, Some(value)),
            Self::Several => (2, None),
        };
        bytes.push(tag);
        value.unwrap_or_default().write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let [tag] = take(bytes)?;
        let value = T::read(bytes)?;
        match tag {
            0 => Some(Self::Unknown),
            1 => Some(Self::Is(value)),
            2 => Some(Self::Several),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn returned<S: State + PartialEq + std::fmt::Debug>(state: &S) {
        let mut bytes = Vec::new();
        state.write(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(S::read(&mut rest).as_ref(), Some(state));
        assert!(rest.is_empty(), "all of it was read");
        for cut in 0..bytes.len() {
            let mut part = bytes.get(..cut).expect("a part");
            assert_eq!(S::read(&mut part), None, "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn states_come_back_from_their_bytes_and_never_from_a_part(
            flows in prop::collection::vec((-400_000_i32..400_000, any::<i64>(), 0_u32..28), 0..6),
            level in any::<i64>(),
        ) {
            let flow = |(days, units, scale)| {
                Some((NaiveDate::from_epoch_days(days)?, Decimal::new(units, scale)))
            };
            let flows: Vec<(NaiveDate, Decimal)> = flows.into_iter().filter_map(flow).collect();
            returned(&(flows, Same::Is(Decimal::from(level))));
            returned(&(Sum(None), Sum(Some(Decimal::new(level, 2))), Same::<i32>::Several));
        }
    }

    #[test]
    fn a_sum_that_does_not_fit_is_none_whatever_follows() {
        let mut sum = Sum::default();
        sum.add(Decimal::MAX);
        sum.add(Decimal::ONE);
        sum.add(-Decimal::MAX);
        assert_eq!(sum.value(), None);
        let mut whole = Sum::default();
        whole.merge(sum);
        assert_eq!(whole.value(), None);
    }

    #[test]
    fn one_value_stays_and_two_are_none() {
        let mut level = Same::default();
        level.add(95);
        level.merge(Same::Unknown);
        level.merge(Same::Is(95));
        assert_eq!(level.value(), Some(95));
        level.merge(Same::Is(99));
        level.add(95);
        assert_eq!(level.value(), None);
    }
}
