//! The contracts and manifests of this repository.

use std::path::{Path, PathBuf};

use mesh_contract::Contract;
use mesh_contract::gate::Gate;
use mesh_contract::product::Manifest;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

fn all(ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&root().join("contracts"), ending, &mut found);
    files(&root().join("domains"), ending, &mut found);
    found.into_iter().map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn every_contract_is_without_fault_and_without_warning() {
    let contracts = all(".odcs.yaml");
    assert!(contracts.len() >= 5, "{}", contracts.len());
    let documents: Vec<(&str, &str)> = contracts.iter().map(|(file, text)| (&**file, &**text)).collect();
    // A waiver that ends must not break a build from one day to the next: the day is the one on which this was written.
    let gate = Gate::new("2026-11-22".parse().unwrap());
    for ((file, _), (contract, report)) in documents.iter().zip(gate.lint(&documents)) {
        assert!(report.is_empty(), "{report}");
        let contract = contract.expect("a contract without faults");
        assert_eq!(contract.objects.len(), 1, "{file}: a port's contract has one object");
        assert!(!contract.team.is_empty() && !contract.support.is_empty(), "{file}: somebody answers for it");
        let name = &contract.objects[0].name;
        assert!(file.contains(&format!("/{name}.")), "{file}: the object `{name}` is named as its file");
        for property in &contract.objects[0].properties {
            assert!(property.classification.is_some(), "{file}: {}", property.name);
        }
    }
}

#[test]
fn every_manifest_names_contracts_that_exist() {
    let contracts: Vec<Contract> =
        all(".odcs.yaml").iter().map(|(file, text)| Contract::parse(file, text).unwrap()).collect();
    let known = |id: &str, version: &semver::Version| {
        contracts.iter().any(|contract| contract.id == id && contract.version == *version)
    };
    for (file, text) in all(".odps.yaml") {
        let manifest = Manifest::parse(&file, &text).unwrap_or_else(|report| panic!("{report}"));
        for port in &manifest.input_ports {
            assert!(known(&port.contract_id, &port.version), "{file}: input port {}", port.name);
        }
        for port in &manifest.output_ports {
            assert!(known(&port.contract_id, &port.version), "{file}: output port {}", port.name);
        }
    }
}
