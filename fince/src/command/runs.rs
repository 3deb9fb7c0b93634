//! `fince runs`

use std::time::Duration;

use clap::Args;
use mesh_sdk::{Outcome, PortRun, RunReport};

use crate::data_directory::DataDirectory;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
use crate::mesh::product_failure;
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince runs lending
  fince runs lending -f json | jq '.[0].ports[] | {port, outcome}'

A run's lineage is beside its record: runs/<domain>/<run>.openlineage.jsonl in the data directory.";

/// List the runs of a data product, newest first
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Runs {
    /// The domain
    domain: String,

    /// How many runs at most
    #[arg(short = 'n', long, default_value_t = 10, value_name = "N")]
    limit: usize,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,
}

impl Runs {
    /// Lists them, from the data directory.
    ///
    /// # Errors
    /// When there is no data directory, or it cannot be read.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let data = DataDirectory::open(&setting.global.data)?;
        let mut runs = mesh_sdk::runs(data.absolute(), &self.domain).map_err(|error| product_failure(&error))?;
        runs.truncate(self.limit);
        let text = match self.format {
            ListFormat::Json => governance_client::json(&runs)?,
            ListFormat::Table => table(&runs, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
    }
}

fn table(runs: &[RunReport], paint: Paint) -> String {
    if runs.is_empty() {
        return "no runs yet".to_owned();
    }
    let mut table = Table::new([
        ("run", Lean::Left),
        ("port", Lean::Left),
        ("rows", Lean::Right),
        ("bytes", Lean::Right),
        ("seconds", Lean::Right),
        ("rules", Lean::Right),
        ("outcome", Lean::Left),
    ])
    .open_end();
    for run in runs {
        for port in &run.ports {
            let seconds = format!("{:.1}", Duration::from_millis(port.duration_ms).as_secs_f64());
            let (rows, bytes) = (port.rows.to_string(), port.bytes.to_string());
            table.row([&run.run, &port.port, &rows, &bytes, &seconds, &rules(port), &outcome(&port.outcome)]);
        }
    }
    table.render(paint)
}

/// `31/32`: rules that hold, of all.
fn rules(port: &PortRun) -> String {
    let Some(checks) = &port.checks else { return String::new() };
    format!("{}/{}", checks.rules.iter().filter(|rule| rule.passed).count(), checks.rules.len())
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Committed { version } => format!("version {version}"),
        Outcome::Unchanged { version } => format!("nothing new since version {version}"),
        Outcome::Rehearsed => "rehearsed".to_owned(),
        Outcome::Skipped { because } => format!("skipped: {because}"),
        Outcome::Failed { code, message, .. } => {
            format!("{code}: {}", message.lines().next().unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, outcome: Outcome) -> PortRun {
        PortRun {
            port: name.to_owned(),
            rows: 10_000,
            bytes: 123_456,
            duration_ms: 1_250,
            inputs: Vec::new(),
            checks: None,
            quarantined: 0,
            outcome,
        }
    }

    #[test]
    fn every_port_of_a_run_is_a_line() {
        let failed = Outcome::Failed { code: "FC-1031".into(), message: "2 rules failed\n  first".into(), help: None };
        let run = RunReport {
            run: "20260228T060000000Z".into(),
            domain: "lending".into(),
            started_at: chrono::DateTime::UNIX_EPOCH,
            ended_at: chrono::DateTime::UNIX_EPOCH,
            ports: vec![
                port("loans", Outcome::Committed { version: 3 }),
                port("mortgages", Outcome::Unchanged { version: 0 }),
                port("totals", failed),
            ],
        };
        insta::assert_snapshot!(table(&[run], Paint(false)), @"
        run                  port        rows   bytes  seconds  rules  outcome
        ───────────────────  ─────────  ─────  ──────  ───────  ─────  ───────────────────────────
        20260228T060000000Z  loans      10000  123456      1.2         version 3
        20260228T060000000Z  mortgages  10000  123456      1.2         nothing new since version 0
        20260228T060000000Z  totals     10000  123456      1.2         FC-1031: 2 rules failed
        ");
        assert_eq!(table(&[], Paint(false)), "no runs yet");
    }
}
