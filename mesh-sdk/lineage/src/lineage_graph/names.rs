//! Names known by number.

use std::collections::HashMap;
use std::hash::Hash;

/// Names, each with a number: the first is 0. A number once given stays.
#[derive(Clone, Debug)]
pub(super) struct Names<T> {
    numbers: HashMap<T, u32>,
    names: Vec<T>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), names: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Names<T> {
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn find(&self, name: &T) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The number of a name, a new one for a new name.
    pub(super) fn add(&mut self, name: T) -> u32 {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(name.clone()).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        number
    }

    pub(super) fn name(&self, number: u32) -> Option<&T> {
        self.names.get(number as usize)
    }
}
