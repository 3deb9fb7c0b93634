//! `fince contract fmt FILE…`

use std::path::PathBuf;

use clap::Args;
use mesh_contract::format::format;

use super::contract_lint::files;
use crate::failure::{Exit, Failure};
use crate::findings::{Findings, Format};
use crate::setting::Setting;
use crate::whole_file;

const EXAMPLES: &str = "\
Comments and the order of keys stay. The document is read again before it is written: where one value would be another,
nothing is written and exit code 1 says so.

Examples:
  fince contract fmt contracts/                 every contract and manifest below the folder
  fince contract fmt --check contracts/         write nothing; exit code 1 when a file would change";

/// Lay out contracts and manifests alike
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Fmt {
    /// Contracts and product manifests, or folders to search for them
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,

    /// Only say which files would change
    #[arg(long)]
    check: bool,
}

impl Fmt {
    /// Lays out every file; those that cannot be are told together at the end.
    ///
    /// # Errors
    /// When a file cannot be read, laid out or written, or would change under `--check`.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let files = files::find(&self.paths)?;
        let mut findings = Findings::new("contract fmt", ("document", "documents"));
        let (mut changed, mut refused) = (0_usize, false);
        for file in &files {
            let text = files::read(file)?;
            match format(&file.display().to_string(), &text) {
                Ok(laid_out) if laid_out == text => {}
                Ok(laid_out) => {
                    changed += 1;
                    let verb = if self.check { "would change" } else { "laid out" };
                    if !self.check {
                        whole_file::write(file, laid_out.as_bytes())?;
                    }
                    setting.output.result(&format!("{verb} {}", file.display()))?;
                }
                Err(report) => {
                    refused = true;
                    findings.report(&report);
                }
            }
        }
        if refused {
            findings.tell(setting, Format::Text)?;
        }
        if self.check && changed > 0 { Err(Failure::silent(Exit::Failed)) } else { Ok(()) }
    }
}
