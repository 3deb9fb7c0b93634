//! A README in each room, and no grab bags.

use super::finding::Finding;
use super::tree::Tree;

const GRAB_BAGS: [&str; 5] = ["mod", "common", "core", "utils", "util"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree.manifests() {
        let readme = manifest.path.replace("Cargo.toml", "README.md");
        match tree.file(&readme) {
            None => findings.push(Finding::new(&readme, 1, "the room has no README.md")),
            Some(file) if file.text.lines().count() < 5 => {
                findings.push(Finding::new(&readme, 1, "say what the room is, what it must not do and where to start"));
            }
            Some(_) => {}
        }
    }
    for file in tree.rust() {
        let stem = file.name().trim_end_matches(".rs");
        if GRAB_BAGS.contains(&stem) {
            let message = format!("no file is called `{}`: name it after what it holds", file.name());
            findings.push(Finding::new(&file.path, 1, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::finding::lines;
    use super::super::tree::planted;
    use super::*;

    #[test]
    fn rooms_without_a_readme_and_grab_bags_are_found() {
        let (_folder, tree) = planted(&[
            ("Cargo.toml", "[workspace]\n"),
            ("a/Cargo.toml", ""),
            ("a/README.md", "# a\n\nIs.\n\nMust not.\n"),
            ("a/src/mod.rs", ""),
            ("b/Cargo.toml", ""),
            ("c/Cargo.toml", ""),
            ("c/README.md", "# c\n"),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "b/README.md:1: the room has no README.md",
                "c/README.md:1: say what the room is, what it must not do and where to start",
                "a/src/mod.rs:1: no file is called `mod.rs`: name it after what it holds",
            ]
        );
    }
}
