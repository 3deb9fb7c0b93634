//! Documents as written. Every key is optional here: what is missing or wrong has been reported before these are
//! filled, so that one pass finds every fault. The published JSON Schemas are generated from these types.
#![expect(dead_code, reason = "the schema knows every key of the standard, though not every key carries a rule")]

pub(crate) mod contract;
pub(crate) mod party;
pub(crate) mod product;
pub(crate) mod property;
pub(crate) mod quality;
pub(crate) mod shared;

pub(crate) use contract::RawContract;
pub(crate) use product::RawProduct;
