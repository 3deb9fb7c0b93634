//! `fince contract lint FILE…`

pub(super) mod files;

use std::path::PathBuf;

use clap::Args;
use mesh_contract::diagnostic::Report;
use mesh_contract::gate::{Date, Gate};
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
        let mut texts = Vec::with_capacity(files.len());
        for file in &files {
            texts.push((file.display().to_string(), files::read(file)?));
        }
        let mut findings = Findings::new("contract lint", ("contract", "contracts"));
        for report in lint(&texts, today(setting)) {
            findings.report(&report);
        }
        findings.tell(setting, self.format)
    }
}

/// The reports in the order of the files. Manifests have a name of their own; everything else is a contract, and the
/// gate compares contracts with each other.
fn lint(texts: &[(String, String)], today: Date) -> Vec<Report> {
    let is_manifest = |file: &str| file.ends_with(files::MANIFEST);
    let contracts: Vec<(&str, &str)> =
        texts.iter().filter(|(file, _)| !is_manifest(file)).map(|(file, text)| (&**file, &**text)).collect();
    let mut judged = Gate::new(today).lint(&contracts).into_iter().map(|(_, report)| report);
    let report = |(file, text): &(String, String)| {
        if is_manifest(file) { Some(Manifest::lint(file, text).1) } else { judged.next() }
    };
    texts.iter().filter_map(report).collect()
}

/// The day on which waivers are judged.
pub(super) fn today(setting: &Setting) -> Date {
    Date::of_unix_days(setting.environment.clock.now().timestamp().div_euclid(86_400))
}

/// Nothing that could be a contract.
fn nothing(paths: &[PathBuf]) -> Failure {
    let places: Vec<_> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    Failure::environment(codes::NOTHING_TO_LINT, format!("there is no contract in {}", places.join(", ")))
        .help("contracts are named `<port>.v<major>.odcs.yaml`; manifests `product.odps.yaml`; any other file can be named itself")
}
