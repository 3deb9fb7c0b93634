//! `fince contract changelog FILE…`

use std::fmt::Write as _;

use clap::Args;
use mesh_contract::diff::{Change, Effect};

use super::contract_compare::{Both, Comparison, Outcome};
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince contract changelog contracts/ --base v1.4.0 > CHANGES.md
  fince contract changelog contracts/lending/loans.v1.odcs.yaml --base registry --as lena";

/// Write what changed in contracts as Markdown, for people
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Changelog {
    #[command(flatten)]
    comparison: Comparison,
}

impl Changelog {
    /// Compares, and writes one section a contract that changed.
    ///
    /// # Errors
    /// When something cannot be read.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let mut sections = Vec::new();
        for one in self.comparison.run(setting).await? {
            match &one.outcome {
                Outcome::New => sections.push(format!("## {}\n\nNew.", one.file)),
                Outcome::Gone { was } => {
                    sections.push(format!("## {}\n\nThe contract `{}` is gone.", one.file, was.contract().id))
                }
                Outcome::Unreadable(report) => {
                    return Err(Failure::failed(mesh_contract::codes::SYNTAX, "").because(report));
                }
                Outcome::Both(both) if both.changes.is_empty() => {}
                Outcome::Both(both) => sections.push(section(both)),
            }
        }
        let text = if sections.is_empty() { "Nothing changed.".to_owned() } else { sections.join("\n\n") };
        Ok(setting.output.result(&text)?)
    }
}

fn section(both: &Both) -> String {
    let contract = both.new.contract();
    let name = contract.name.as_deref().unwrap_or(&contract.id);
    let (old, new) = (&both.version.old, &both.version.declared);
    let mut text = format!("## {name}: {old} → {new}");
    for (effect, title) in [
        (Effect::Breaking, "Breaking"),
        (Effect::Risky, "Look before you move"),
        (Effect::Compatible, "Compatible"),
        (Effect::Documentation, "Words only"),
    ] {
        let changes: Vec<&Change> = both.changes.iter().filter(|change| change.effect() == effect).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = write!(text, "\n\n### {title}\n");
        for change in changes {
            let _ = write!(text, "\n- `{}`: {} ({})", change.path, change.message, change.class.name);
        }
    }
    text
}
