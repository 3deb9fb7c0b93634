//! `fince policy test FILE`

use std::path::{Path, PathBuf};

use clap::Args;
use governance::rules::{Cases, RuleSet};

use crate::failure::{Failure, codes};
use crate::setting::Setting;

const EXAMPLES: &str = "\
Cases stand beside the rules, in a file with the same name that ends in `.cases.json`:
  {\"cases\": [{\"name\": \"no marketing\", \"refused_by\": [\"no-marketing\"], \"ask\": {
    \"action\": \"request\", \"principal\": {\"name\": \"omar\", \"roles\": [\"analyst\"]}, \"purposes\": [\"marketing\"], \"days\": 30,
    \"port\": {\"name\": \"lending.loans\", \"classification\": \"internal\", \"tags\": [], \"personal\": true}}}]}

Examples:
  fince policy test policies/marketing.cedar";

/// Test bank-wide rules on the cases beside them, together with the rules that always count
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Test {
    /// The rules, in Cedar
    file: PathBuf,
}

impl Test {
    /// Tests them.
    ///
    /// # Errors
    /// When a file cannot be read, the rules or the cases are none, or the rules say something else than a case.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let beside = self.file.with_extension("cases.json");
        let (rules, cases) = (read(&self.file)?, read(&beside)?);
        let rules = RuleSet::parse(&rules).map_err(|fault| none(&self.file, &fault))?;
        let cases: Cases = serde_json::from_str(&cases).map_err(|error| none(&beside, &error))?;
        let faults = cases.faults(&rules);
        let count = cases.cases.len();
        if faults.is_empty() {
            return Ok(setting.output.result(&format!("{count} cases, all as expected"))?);
        }
        let told: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        let text = format!("{} of {count} cases are not as expected\n{}", faults.len(), told.join("\n"));
        Err(Failure::failed(codes::CASES, text))
    }
}

pub(super) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::environment(codes::INPUT, format!("`{}` cannot be read", path.display())).because(&error)
    })
}

fn none(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::failed(codes::RULES, format!("`{}` cannot be understood: {error}", path.display()))
}
