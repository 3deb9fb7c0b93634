//! The product's documents, which are part of the program.

use std::fs;
use std::io;
use std::path::Path;

/// A file of the product: its path in a mesh folder, and its text.
macro_rules! document {
    ($path:literal) => {
        ($path, include_str!(concat!("../", $path)))
    };
}

const DOCUMENTS: [(&str, &str); 16] = [
    document!("domains/governance/product.odps.yaml"),
    document!("contracts/governance/agreements.v1.odcs.yaml"),
    document!("contracts/governance/audit.v1.odcs.yaml"),
    document!("contracts/governance/lineage_edges.v1.odcs.yaml"),
    document!("contracts/governance/ports.v1.odcs.yaml"),
    document!("contracts/governance/quality_results.v1.odcs.yaml"),
    document!("domains/governance/inputs/agreements.odcs.yaml"),
    document!("domains/governance/inputs/audit.odcs.yaml"),
    document!("domains/governance/inputs/lineage_edges.odcs.yaml"),
    document!("domains/governance/inputs/ports.odcs.yaml"),
    document!("domains/governance/inputs/quality_results.odcs.yaml"),
    document!("domains/governance/models/agreements.sql"),
    document!("domains/governance/models/audit.sql"),
    document!("domains/governance/models/lineage_edges.sql"),
    document!("domains/governance/models/ports.sql"),
    document!("domains/governance/models/quality_results.sql"),
];

/// Folders that hold documents and nothing else.
const FOLDERS: [&str; 3] = ["contracts/governance", "domains/governance/inputs", "domains/governance/models"];

/// Writes the documents that differ, and removes those of another version of the program.
pub(crate) fn unpack(folder: &Path) -> io::Result<()> {
    for name in FOLDERS {
        let path = folder.join(name);
        fs::create_dir_all(&path)?;
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            let known = entry.file_name().to_str().map(|file| format!("{name}/{file}"));
            if !DOCUMENTS.iter().any(|(path, _)| Some(*path) == known.as_deref()) {
                fs::remove_file(entry.path())?;
            }
        }
    }
    for (path, text) in DOCUMENTS {
        let path = folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|written| written == text) {
            continue;
        }
        // Whoever reads meanwhile finds the old document or the new one.
        let part = path.with_extension("part");
        fs::write(&part, text)?;
        fs::rename(&part, &path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_a_product_and_stays_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let product = crate::open(folder.path()).expect("a product");
        let ports: Vec<&str> = product.outputs.iter().map(|output| output.port.name.port()).collect();
        assert_eq!(ports, ["ports", "lineage_edges", "agreements", "quality_results", "audit"]);
        // Another version of the program had another model and an additional contract.
        let model = folder.path().join("domains/governance/models/ports.sql");
        let other = folder.path().join("contracts/governance/ports.v0.odcs.yaml");
        fs::write(&model, "SELECT 1").expect("written");
        fs::write(&other, "no contract").expect("written");
        let again = crate::open(folder.path()).expect("a product");
        assert_eq!(again.outputs[0].model, product.outputs[0].model);
        assert!(!other.exists());
    }
}
