//! `cargo xtask test`: sets up what the tests need, runs all of them, and takes everything down again.

mod counts;
mod doc_tests;
mod postgres;
mod prerequisites;
mod python;
mod report;

use std::process::Command;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{generate, house::House, run, tidy};
use counts::Counts;
use postgres::Postgres;
use report::Report;

/// Which tests to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Run one part only.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Also run the slow suites of docs/testing.md.
    #[arg(long)]
    nightly: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Formatting, lints, the house's rules, generated files.
    Tidy,
    /// The Rust tests, with a PostgreSQL of their own.
    Rust,
    /// The clients in Python against a running `fince up`, and those that read what it exports.
    Python,
}

impl Options {
    fn has(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

/// Runs the chosen parts and ends with `N passed, N failed`; true when nothing failed.
pub(crate) fn run(house: &House, options: &Options) -> Result<bool> {
    let mut report = Report::new()?;
    if report.step("prerequisites", |_| prerequisites::ensure(&needs(options)).map(Counts::check)) {
        parts(house, options, &mut report);
    }
    Ok(report.close())
}

fn needs(options: &Options) -> Vec<&'static prerequisites::Need> {
    let mut needs = vec![&prerequisites::COMPILER];
    if options.has(Part::Rust) || options.has(Part::Python) {
        needs.push(&prerequisites::POSTGRES);
    }
    if options.has(Part::Python) {
        needs.extend([&prerequisites::PYTHON, &prerequisites::GIT]);
    }
    needs
}

fn parts(house: &House, options: &Options, report: &mut Report) {
    if options.has(Part::Tidy) {
        report.check("formatting", |runner| runner.run(house.cargo().args(["fmt", "--all", "--check"])));
        report.check("tidy", |_| tidy::run(house));
        let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"];
        report.check("clippy", |runner| runner.run(house.cargo().args(clippy)));
        if run::is_present("cargo-deny") {
            // Advisories are left to `cargo deny check`: they need today's database from the network.
            let deny = ["deny", "--offline", "check", "licenses", "bans", "sources"];
            report.check("licences and bans", |runner| runner.run(house.cargo().args(deny)));
        }
    }
    if !report.check("build", |runner| runner.run(&mut build(house))) {
        return;
    }
    if options.has(Part::Tidy) {
        report.check("generated files", |_| generate::compare(house));
    }
    if !options.has(Part::Rust) && !options.has(Part::Python) {
        return;
    }
    let mut postgres = None;
    report.check("postgresql", |_| {
        postgres = Some(Postgres::start()?);
        Ok(true)
    });
    let Some(postgres) = postgres else { return };
    if options.has(Part::Rust) {
        rust(house, options, report, &postgres);
    }
    if options.has(Part::Python) {
        let environment = python::Environment::of(house);
        if report.check("python environment", |runner| environment.ensure(runner)) {
            let url = postgres.url();
            report.step("python clients", |runner| environment.test(house, runner, &url, options.nightly));
        }
    }
}

fn rust(house: &House, options: &Options, report: &mut Report, postgres: &Postgres) {
    report.step("rust tests", |runner| counts::rust(house, runner, &postgres.url(), options.nightly));
    if let Some(mut command) = doc_tests::command(house) {
        report.step("doc tests", |_| counts::cargo_test(command.env(postgres::URL, postgres.url())));
    }
}

/// Builds what the tests need in the one set of features that the whole workspace has, so that nothing is built twice.
pub(crate) fn build(house: &House) -> Command {
    let mut command = house.cargo();
    command.args(["build", "--workspace", "--bins", "--examples", "--tests", "--locked", "--quiet"]);
    command
}
