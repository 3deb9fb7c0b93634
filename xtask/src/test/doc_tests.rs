//! Examples in doc comments, of the crates that have any: each such crate costs a run of rustdoc.

use std::fs;
use std::process::Command;

use cargo_metadata::{Package, TargetKind};
use walkdir::WalkDir;

use crate::house::House;

/// `cargo test --doc` for the crates with examples in doc comments; `None` when there are none.
pub(super) fn command(house: &House) -> Option<Command> {
    if !house.metadata.workspace_packages().into_iter().any(has_examples) {
        return None;
    }
    // Of the whole workspace: a choice of packages would have other features, and build the dependencies again.
    let mut command = house.cargo();
    command.args(["test", "--doc", "--workspace", "--locked"]);
    Some(command)
}

fn has_examples(package: &Package) -> bool {
    let is_library = package.targets.iter().any(|target| target.kind.contains(&TargetKind::Lib));
    let Some(folder) = package.manifest_path.parent().filter(|_| is_library) else { return false };
    let sources = WalkDir::new(folder.join("src")).into_iter().flatten();
    sources
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .any(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| text.lines().any(starts_rust_example)))
}

/// A fence without a language is Rust; one with another language is text.
fn starts_rust_example(line: &str) -> bool {
    let line = line.trim_start();
    let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
    let fence = doc.and_then(|doc| doc.trim_start().strip_prefix("```"));
    fence.is_some_and(|language| language.is_empty() || language.starts_with("rust") || language == "should_panic")
}
