//! One dependency table: members inherit every dependency, and the table names a version for each.

use toml::{Table, Value};

use super::finding::Finding;
use super::tree::{TextFile, Tree};

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tree.manifests().flat_map(member).collect();
    findings.extend(tree.file("Cargo.toml").map(root).unwrap_or_default());
    findings
}

fn member(manifest: &TextFile) -> Vec<Finding> {
    let table: Table = match manifest.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![Finding::new(&manifest.path, 1, format!("not TOML: {}", error.message()))],
    };
    // A folder with a workspace of its own is built apart, such as a fuzzer with its sanitizer.
    if table.contains_key("workspace") {
        return Vec::new();
    }
    let targets = table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let sections = targets.filter_map(Value::as_table).chain([&table]);
    let mut findings = Vec::new();
    for (name, value) in sections.flat_map(dependencies) {
        let inherits = value.get("workspace").and_then(Value::as_bool) == Some(true);
        if !inherits {
            let message = format!("`{name}` must come from the workspace's table: write `{name}.workspace = true`");
            findings.push(Finding::new(&manifest.path, manifest.line_of(name), message));
        }
    }
    findings
}

fn dependencies(section: &Table) -> impl Iterator<Item = (&String, &Value)> {
    KINDS.iter().filter_map(|kind| section.get(*kind)?.as_table()).flatten()
}

fn root(manifest: &TextFile) -> Vec<Finding> {
    let Ok(table) = manifest.text.parse::<Table>() else { return Vec::new() };
    let Some(listed) = table.get("workspace").and_then(|w| w.get("dependencies")).and_then(Value::as_table) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (name, value) in listed {
        let version = value.as_str().or_else(|| value.get("version").and_then(Value::as_str));
        let is_ours = value.get("path").is_some();
        if !is_ours && version.is_none_or(|version| version.contains('*')) {
            let message = format!("`{name}` needs a version without wildcards");
            findings.push(Finding::new(&manifest.path, manifest.line_of(name), message));
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
    fn a_version_in_a_member_is_found_in_every_section() {
        let member = "[dependencies]\nserde.workspace = true\nregex = \"1\"\n\n[dev-dependencies]\ninsta = { version = \"1\" }\n\n\
                      [target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n";
        let (_folder, tree) = planted(&[("room/Cargo.toml", member)]);
        let mut found = check(&tree);
        found.sort();
        assert_eq!(
            lines(&found),
            [
                "room/Cargo.toml:3: `regex` must come from the workspace's table: write `regex.workspace = true`",
                "room/Cargo.toml:6: `insta` must come from the workspace's table: write `insta.workspace = true`",
                "room/Cargo.toml:9: `libc` must come from the workspace's table: write `libc.workspace = true`",
            ]
        );
    }

    #[test]
    fn a_workspace_of_its_own_has_a_table_of_its_own() {
        let (_folder, tree) =
            planted(&[("room/fuzz/Cargo.toml", "[workspace]\n\n[dependencies]\nlibfuzzer-sys = \"0.4\"\n")]);
        assert!(check(&tree).is_empty());
    }

    #[test]
    fn the_table_has_no_wildcards() {
        let table = "[workspace.dependencies]\nroom = { path = \"room\" }\nserde = \"1.0\"\nregex = \"*\"\nurl = { git = \"x\" }\n";
        let (_folder, tree) = planted(&[("Cargo.toml", table)]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "Cargo.toml:4: `regex` needs a version without wildcards",
                "Cargo.toml:5: `url` needs a version without wildcards",
            ]
        );
    }
}
