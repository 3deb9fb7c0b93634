//! What developers run: `cargo xtask tidy`, `cargo xtask generate`, `cargo xtask test`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod generate;
mod house;
mod run;
mod say;
mod test;
mod tidy;

use house::House;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What developers of FinCe run", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check the house's own rules: arrows between crates, file sizes, READMEs, error pages, words.
    Tidy,
    /// Write the files that are derived from code: JSON Schemas, OpenAPI, command reference, index of errors.
    Generate {
        /// Write nothing; fail when a file differs from what the code says.
        #[arg(long)]
        check: bool,
    },
    /// Set up what the tests need and run all of them.
    Test(test::Options),
}

fn main() -> ExitCode {
    let done = House::find().and_then(|house| match Arguments::parse().task {
        Task::Tidy => tidy::run(&house),
        Task::Generate { check } => generate::run(&house, check),
        Task::Test(options) => test::run(&house, &options),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say::line(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
