//! `fince contract breaking FILE…`

use clap::{Args, ValueEnum};
use mesh_contract::diff::{Change, Effect};

use super::contract_compare::{Comparison, Told, tell};
use crate::failure::Failure;
use crate::findings::{Format, Level};
use crate::setting::Setting;

const EXAMPLES: &str = "\
Exit code 1 when something breaks, whatever version is declared. What is risky is told and does not fail.

Examples:
  fince contract breaking contracts/ --base main                       in CI, before a merge
  fince contract breaking contracts/ --base main --for consumers
  fince contract breaking contracts/ --base registry --as lena --readers readers.json
  fince contract breaking contracts/ --base main --format sarif > breaking.sarif";

/// Whose trouble counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Side {
    /// Those who read and those who write
    #[default]
    All,
    /// Those who read
    Consumers,
    /// Those who write
    Producers,
}

/// Fail when a change of a contract breaks somebody
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Breaking {
    #[command(flatten)]
    comparison: Comparison,

    /// Whose trouble counts
    #[arg(long = "for", value_enum, default_value_t, value_name = "SIDE")]
    side: Side,

    /// How to report
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

impl Breaking {
    /// Compares, and tells what breaks or may break.
    ///
    /// # Errors
    /// When something cannot be read, or something breaks.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let compared = self.comparison.run(setting).await?;
        let level = match self.side {
            Side::All => |change: &Change| level(change.effect()),
            Side::Consumers => |change: &Change| level(change.consumers),
            Side::Producers => |change: &Change| level(change.producers),
        };
        let told = Told { command: "contract breaking", level, gone: Level::Error, version: false };
        tell(&compared, &told).tell(setting, self.format)
    }
}

fn level(effect: Effect) -> Option<Level> {
    match effect {
        Effect::Breaking => Some(Level::Error),
        Effect::Risky => Some(Level::Warning),
        Effect::Compatible | Effect::Documentation => None,
    }
}
