//! The binary as its users meet it: run, with its answers read.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on must stop")]

mod access;
mod alone;
mod collector;
mod completions;
mod consumption;
mod contract_diff;
mod contract_export;
mod contract_fmt;
mod contract_infer;
mod contract_lint;
mod contract_new;
mod crash;
mod database_url;
mod disk_full;
mod generate;
mod governance_product;
mod help;
mod lsp;
mod majors;
mod mesh;
mod officer;
mod policy_test;
mod postgres_input;
mod publish_race;
mod registration;
mod registry_base;
mod run;
mod slt;
mod small_product;
mod telemetry;
mod token;
mod up;
mod upstream;
mod views;
