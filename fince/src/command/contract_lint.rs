//! `fince contract lint FILE…`

pub(super) mod files;

use std::path::PathBuf;

use clap::Args;
use mesh_contract::Contract;
use mesh_contract::diagnostic::Report;
use mesh_contract::product::Manifest;

use crate::failure::{Failure, codes};
use crate::findings::{Findings, Format};
use crate::setting::Setting;

const EXAMPLES: &str = "\
Every fault of every file is reported at once, each with its place, a code and what to do.
Exit code 1 when there is an error; warnings alone are fine.

Examples:
  fince contract lint contracts/lending/loans.v1.odcs.yaml
  fince contract lint contracts/                         every *.odcs.yaml and *.odps.yaml below the folder
  fince contract lint contracts/ --format json | jq '.[] | select(.severity == \"error\")'
  fince contract lint contracts/ --format sarif > contracts.sarif";

/// Check contracts and product manifests against their standards and the rules of the mesh
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Lint {
    /// Contracts and product manifests, or folders to search for them
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,

    /// How to report
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

impl Lint {
    /// Checks every file.
    ///
    /// # Errors
    /// When a file cannot be read, or a contract has errors.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let files = files::find(&self.paths)?;
        let mut findings = Findings::new("contract lint", ("contract", "contracts"));
        for file in &files {
            let text = files::read(file)?;
            findings.report(&lint(&file.display().to_string(), &text));
        }
        findings.tell(setting, self.format)
    }
}

/// Manifests have a name of their own; everything else is a contract.
fn lint(file: &str, text: &str) -> Report {
    if file.ends_with(files::MANIFEST) { Manifest::lint(file, text).1 } else { Contract::lint(file, text).1 }
}

/// Nothing that could be a contract.
fn nothing(paths: &[PathBuf]) -> Failure {
    let places: Vec<_> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    Failure::environment(codes::NOTHING_TO_LINT, format!("there is no contract in {}", places.join(", ")))
        .help("contracts are named `<port>.v<major>.odcs.yaml`; manifests `product.odps.yaml`; any other file can be named itself")
}
