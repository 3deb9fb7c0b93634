//! Webhooks: events that are sent to who subscribed, signed, in order, and again until they are taken.

mod address;
mod deliver;
mod sign;

pub(crate) use address::{AddressError, Addresses};
pub(crate) use deliver::Deliverer;
pub(crate) use sign::secret;
