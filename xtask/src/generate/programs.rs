//! What the rooms' own programs print about themselves.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::Files;
use crate::house::House;
use crate::run;

/// A program as the build leaves it, its arguments, and the file that holds what it prints.
struct Source {
    program: &'static str,
    arguments: &'static [&'static str],
    file: &'static str,
}

const SOURCES: [Source; 5] = [
    Source { program: "examples/schema", arguments: &["odcs"], file: "contracts/schema/odcs.schema.json" },
    Source { program: "examples/schema", arguments: &["odps"], file: "contracts/schema/odps.schema.json" },
    Source { program: "examples/changes", arguments: &[], file: "docs/contract-changes.md" },
    Source { program: "examples/openapi", arguments: &[], file: "governance/openapi.json" },
    Source { program: "fince", arguments: &["reference"], file: "docs/cli.md" },
];

/// Runs each of the programs.
pub(super) fn derive(house: &House) -> Result<Files> {
    let mut files = Files::new();
    for source in &SOURCES {
        let mut program = Command::new(house.built(source.program));
        let printed = run::output(program.args(source.arguments).current_dir(house.root()))?;
        files.insert(PathBuf::from(source.file), printed);
    }
    Ok(files)
}
