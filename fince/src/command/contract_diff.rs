//! `fince contract diff FILE…`

use clap::Args;
use mesh_contract::diff::{Change, Effect};
use serde::Serialize;

use super::contract_compare::{Compared, Comparison, Outcome, Told, tell};
use crate::failure::{Exit, Failure};
use crate::findings::{Format, Level};
use crate::governance_client;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Every change has a class, its place before and after, and its effect on those who read and on those who write.
Exit code 1 when the declared version announces less than what changed, or a contract has faults.

Examples:
  fince contract diff contracts/ --base main
  fince contract diff loans.v1.odcs.yaml --base old/loans.v1.odcs.yaml --format json
  fince contract diff contracts/ --base registry --as lena
  fince contract diff contracts/ --base main --readers readers.json --format markdown";

/// Show what changed in contracts, whom it hurts, and which version it asks for
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Diff {
    #[command(flatten)]
    comparison: Comparison,

    /// How to report
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

/// One contract, for programs.
#[derive(Serialize)]
struct Entry<'a> {
    file: &'a str,
    base: Option<&'a str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<VersionEntry>,
    changes: &'a [Change],
}

#[derive(Serialize)]
struct VersionEntry {
    old: String,
    declared: String,
    suggested: String,
    sufficient: bool,
}

impl Diff {
    /// Compares, and tells everything.
    ///
    /// # Errors
    /// When something cannot be read, or a version announces too little.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let compared = self.comparison.run(setting).await?;
        let told = Told { command: "contract diff", level, gone: Level::Warning, version: true };
        let findings = tell(&compared, &told);
        if self.format != Format::Json {
            return findings.tell(setting, self.format);
        }
        let entries: Vec<Entry<'_>> = compared.iter().map(entry).collect();
        setting.output.result(&governance_client::json(&entries)?)?;
        if findings.count(Level::Error) > 0 { Err(Failure::silent(Exit::Failed)) } else { Ok(()) }
    }
}

/// What breaks may be intended, and then the version says so: only the version can be wrong here.
fn level(change: &Change) -> Option<Level> {
    Some(match change.effect() {
        Effect::Breaking | Effect::Risky => Level::Warning,
        Effect::Compatible | Effect::Documentation => Level::Note,
    })
}

fn entry(compared: &Compared) -> Entry<'_> {
    let (base, outcome, version, changes): (_, _, _, &[Change]) = match &compared.outcome {
        Outcome::New => (None, "new", None, &[]),
        Outcome::Gone { was } => (Some(was.file()), "gone", None, &[]),
        Outcome::Unreadable(report) => (Some(report.file()), "unreadable", None, &[]),
        Outcome::Both(both) => {
            let check = &both.version;
            let version = VersionEntry {
                old: check.old.to_string(),
                declared: check.declared.to_string(),
                suggested: check.suggested.to_string(),
                sufficient: !check.goes_backwards() && !check.is_too_low(),
            };
            let outcome = if both.changes.is_empty() { "same" } else { "changed" };
            (Some(both.old.file()), outcome, Some(version), &both.changes)
        }
    };
    Entry { file: &compared.file, base, outcome, version, changes }
}
