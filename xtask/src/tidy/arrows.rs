//! Who may use whom: the arrows between the rooms, and the third-party crates that only one room may know.

use cargo_metadata::{Dependency, DependencyKind, Package};

use super::finding::Finding;
use super::tree::Tree;
use crate::house::House;

/// Room and the rooms it may use. Domains (`domains/*`) and the composition root have rules of their own below.
const ARROWS: [(&str, &[&str]); 11] = [
    ("fince-generator", &[]),
    ("mesh-contract", &[]),
    ("mesh-policy", &["mesh-contract"]),
    ("mesh-lineage", &["mesh-contract"]),
    ("mesh-api", &["mesh-contract", "mesh-lineage", "mesh-policy"]),
    ("mesh-engine", &["mesh-contract", "mesh-lineage", "mesh-policy"]),
    ("mesh-flight", &["mesh-contract", "mesh-engine", "mesh-policy"]),
    ("mesh-sdk", &["mesh-api", "mesh-contract", "mesh-engine", "mesh-flight", "mesh-lineage", "mesh-policy"]),
    ("governance", &["mesh-api", "mesh-contract", "mesh-lineage", "mesh-policy"]),
    ("governance-product", &["mesh-api", "mesh-sdk"]),
    ("xtask", &[]),
];

/// Third-party crate (by the start of its name) and the only rooms that may name it.
const CONFINED: [(&str, &[&str]); 3] = [
    ("sqlx", &["governance"]),
    ("datafusion", &["mesh-engine", "mesh-flight"]),
    ("deltalake", &["mesh-engine", "mesh-flight"]),
];

/// What a domain may use besides the SDK: maintained crates for ISO's lists and check digits.
const STANDARDS: [&str; 4] = ["iban_validate", "isin", "iso_currency", "lei"];

pub(crate) fn check(house: &House, tree: &Tree) -> Vec<Finding> {
    let packages = house.metadata.workspace_packages();
    let rooms: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in &packages {
        let Ok(manifest) = package.manifest_path.strip_prefix(&house.metadata.workspace_root) else { continue };
        let manifest = manifest.as_str().replace('\\', "/");
        let mut found = |dependency: &str, message: String| {
            let line = tree.file(&manifest).map_or(1, |file| file.line_of(dependency));
            findings.push(Finding::new(&manifest, line, message));
        };
        let room = package.name.as_str();
        if !is_known(package, &manifest) {
            found(
                "name",
                format!("`{room}` is not a room of the house: name its place and its arrows in `xtask tidy`"),
            );
            continue;
        }
        for dependency in &package.dependencies {
            if let Some(message) = fault(room, &manifest, dependency, &rooms) {
                found(&dependency.name, message);
            }
        }
    }
    findings
}

fn is_domain(manifest: &str) -> bool {
    manifest.starts_with("domains/")
}

fn is_known(package: &Package, manifest: &str) -> bool {
    let room = package.name.as_str();
    is_domain(manifest) || room == "fince" || ARROWS.iter().any(|(name, _)| *name == room)
}

fn fault(room: &str, manifest: &str, dependency: &Dependency, rooms: &[&str]) -> Option<String> {
    let name = dependency.name.as_str();
    if !rooms.contains(&name) {
        let confined = CONFINED.iter().find(|(start, _)| name.starts_with(start));
        if let Some((start, homes)) = confined.filter(|(_, homes)| !homes.contains(&room)) {
            return Some(format!("`{room}` may not use `{name}`: `{start}` is known only to {}", homes.join(" and ")));
        }
        if is_domain(manifest) && dependency.kind == DependencyKind::Normal && !STANDARDS.contains(&name) {
            return Some(format!(
                "`{room}` may not use `{name}`: a domain uses `mesh-sdk` and ISO's check digits only"
            ));
        }
        return None;
    }
    let may_use = match room {
        "fince" => name != "xtask",
        _ if is_domain(manifest) => name == "mesh-sdk",
        _ => ARROWS.iter().any(|(from, to)| *from == room && to.contains(&name)),
    };
    (!may_use).then(|| format!("`{room}` may not use `{name}`: no such arrow in ARCHITECTURE.md"))
}

#[cfg(test)]
mod tests {
    use super::super::finding::lines;
    use super::super::tree::planted;
    use super::*;

    fn member(name: &str, dependencies: &str) -> String {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{dependencies}")
    }

    fn checked(members: &[(&str, &str, &str)]) -> Vec<String> {
        let folders: Vec<String> = members.iter().map(|(folder, _, _)| format!("{folder:?}")).collect();
        let root = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", folders.join(", "));
        let mut files = vec![("Cargo.toml".to_owned(), root)];
        for (folder, name, dependencies) in members {
            files.push((format!("{folder}/Cargo.toml"), member(name, dependencies)));
            files.push((format!("{folder}/src/lib.rs"), String::new()));
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let (folder, tree) = planted(&files);
        let root = folder.path().canonicalize().expect("a root");
        let mut found = check(&House::at(&root).expect("a house"), &tree);
        found.sort();
        lines(&found)
    }

    #[test]
    fn the_arrows_of_the_house_are_allowed() {
        let contract = "[dependencies]\nmesh-contract = { path = \"../contract\" }\n";
        let none = checked(&[("contract", "mesh-contract", ""), ("policy", "mesh-policy", contract)]);
        assert_eq!(none, Vec::<String>::new());
    }

    #[test]
    fn an_arrow_against_the_house_is_found_in_dev_dependencies_too() {
        let policy = "[dev-dependencies]\nmesh-policy = { path = \"../policy\" }\n";
        assert_eq!(
            checked(&[("contract", "mesh-contract", policy), ("policy", "mesh-policy", "")]),
            ["contract/Cargo.toml:6: `mesh-contract` may not use `mesh-policy`: no such arrow in ARCHITECTURE.md"]
        );
    }

    #[test]
    fn domains_meet_through_contracts_only() {
        let lending = "[dependencies]\nlending = { path = \"../lending\" }\nlei = \"0.2\"\nserde = \"1\"\n";
        assert_eq!(
            checked(&[("domains/lending", "lending", ""), ("domains/deposits", "deposits", lending)]),
            [
                "domains/deposits/Cargo.toml:6: `deposits` may not use `lending`: no such arrow in ARCHITECTURE.md",
                "domains/deposits/Cargo.toml:8: `deposits` may not use `serde`: a domain uses `mesh-sdk` and ISO's check digits only",
            ]
        );
    }

    #[test]
    fn the_database_and_the_query_engine_are_confined() {
        let both = "[dependencies]\nsqlx = \"0.9\"\ndatafusion-tracing = \"55\"\n";
        assert_eq!(
            checked(&[("sdk", "mesh-sdk", both)]),
            [
                "sdk/Cargo.toml:6: `mesh-sdk` may not use `sqlx`: `sqlx` is known only to governance",
                "sdk/Cargo.toml:7: `mesh-sdk` may not use `datafusion-tracing`: `datafusion` is known only to mesh-engine and mesh-flight",
            ]
        );
    }

    #[test]
    fn a_room_without_a_place_is_found() {
        let found = checked(&[("utils", "mesh-utils", "")]);
        assert_eq!(
            found,
            [
                "utils/Cargo.toml:2: `mesh-utils` is not a room of the house: name its place and its arrows in `xtask tidy`"
            ]
        );
    }
}
