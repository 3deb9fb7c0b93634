//! `cargo xtask tidy`: the architecture as a test. Every check gives all its findings; none stops the others.

mod arrows;
mod attributes;
mod dependencies;
mod error_pages;
mod finding;
mod references;
mod rooms;
mod sizes;
mod tree;
mod words;

use anyhow::Result;

use crate::{house::House, say};
use finding::Finding;
use tree::Tree;

/// Prints every finding as `file:line: message`; true when there is none.
pub(crate) fn run(house: &House) -> Result<bool> {
    let findings = findings(house)?;
    for finding in &findings {
        say::line(&finding.to_string());
    }
    if !findings.is_empty() {
        say::line(&format!("tidy: {} findings", findings.len()));
    }
    Ok(findings.is_empty())
}

fn findings(house: &House) -> Result<Vec<Finding>> {
    let tree = Tree::read(house.root())?;
    let mut findings = Vec::new();
    findings.extend(arrows::check(house, &tree));
    findings.extend(dependencies::check(&tree));
    findings.extend(sizes::check(&tree));
    findings.extend(rooms::check(&tree));
    findings.extend(attributes::check(&tree));
    findings.extend(words::check(&tree));
    findings.extend(error_pages::check(&tree));
    findings.extend(references::check(house.root(), &tree));
    findings.sort();
    findings.dedup();
    Ok(findings)
}
