//! Drives a real service on a loopback port: on SQLite always, and on PostgreSQL too when `FINCE_TEST_POSTGRES_URL` names
//! a server on which databases may be created.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on must stop")]

mod access;
mod agreement_races;
mod agreements;
mod audit;
mod audit_api;
mod audit_told;
mod catalog;
mod consumption;
mod documents;
mod durability;
mod events;
mod grants;
mod hostile;
mod kill;
mod lifecycle;
mod lifecycle_races;
mod lineage;
mod lineage_hostile;
mod lineage_order;
mod operations;
mod products;
mod recorded;
mod register;
mod reports;
mod rules;
mod search;
mod server;
mod service_levels;
mod traces;
