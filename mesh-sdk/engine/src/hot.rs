//! Snapshots that are read again and again, held in memory.
//!
//! A snapshot never changes, so its copy is exact for as long as it lives. A copy stands below the governed table, where
//! the Delta files stand otherwise: the same permit is needed to read either.

mod copy;
mod shelf;
mod zones;

pub(crate) use shelf::{Shelf, Slot};
