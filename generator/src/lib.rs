#![doc = include_str!("../README.md")]

mod account;
mod bank;
mod claim;
mod columns;
mod customer;
mod day;
mod digits;
mod fixed_deposit;
mod habits;
mod household;
mod instrument;
mod ledger;
mod loan;
mod market;
mod names;
mod part;
mod policy;
mod portfolio;
mod price;
mod random;
mod table;
mod trade;
mod transaction;
mod write;

pub use bank::Bank;
pub use columns::Kind;
pub use day::Day;
pub use table::{NoTable, Table};
pub use write::{Event, Format, GenerateError, Made, Order, to_files, to_postgres};
