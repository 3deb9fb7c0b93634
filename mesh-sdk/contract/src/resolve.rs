//! From documents as written to resolved ones.

mod constraints;
mod contract;
mod document;
mod keys;
mod object;
mod party;
mod physical;
mod property;
mod quality;
mod references;
mod rule_checks;
mod servers;
mod types;
mod values;

pub(crate) use contract::{description, domain, identity, resolve, status, version};
pub(crate) use document::{Document, open};
pub(crate) use party::{custom, definitions, support_channel, team_members};
