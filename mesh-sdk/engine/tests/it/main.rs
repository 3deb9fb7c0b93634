//! The engine against real files and real Delta tables in temporary folders.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on must stop")]

mod check;
mod fixture;
mod function;
mod hot;
mod increment;
mod lineage;
mod postgres;
mod product;
mod profile;
mod quality;
mod read;
mod run;
mod soundness;
mod source;
mod support;
mod table;
mod vacuum;
mod views;
