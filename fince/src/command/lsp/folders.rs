//! The contracts and manifests in the folders that the editor has open.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use url::Url;

use crate::command::contract_lint::files::{CONTRACT, MANIFEST, read};

/// Files looked at; a folder with more holds something else than a bank's contracts.
const FILES_MAX: usize = 2_000;
/// Depth of folders: contracts lie near the root.
const DEPTH_MAX: usize = 8;

/// The folders of the editor's workspace.
#[derive(Debug, Default)]
pub(super) struct Folders(Vec<PathBuf>);

impl Folders {
    /// What the editor says about itself at the start.
    pub(super) fn of(initialize: &Value) -> Self {
        let listed = initialize.get("workspaceFolders").and_then(Value::as_array).into_iter().flatten();
        let listed: Vec<PathBuf> = listed.filter_map(|folder| path(folder.get("uri")?.as_str()?)).collect();
        let root = || initialize.get("rootUri").and_then(Value::as_str).and_then(path);
        Self(if listed.is_empty() { root().into_iter().collect() } else { listed })
    }

    /// The files with their texts as they are now; what cannot be read is passed over.
    pub(super) fn texts(&self) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        self.0.iter().for_each(|folder| search(folder, DEPTH_MAX, &mut found));
        found.sort();
        found.dedup();
        found.into_iter().filter_map(|path| read(&path).ok().map(|text| (path, text))).collect()
    }
}

/// The file behind an address of the protocol; `None` for one that is not a file's.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    Url::parse(uri).ok()?.to_file_path().ok()
}

fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let Ok(kind) = entry.file_type() else { continue };
        // What is hidden or built holds no sources, and can be endless.
        if kind.is_dir() && depth > 0 && !name.starts_with('.') && !matches!(&*name, "target" | "node_modules") {
            search(&entry.path(), depth - 1, found);
        } else if kind.is_file() && (name.ends_with(CONTRACT) || name.ends_with(MANIFEST)) && found.len() < FILES_MAX {
            found.push(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn contracts_below_the_editors_folders_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["contracts/a.odcs.yaml", "target/b.odcs.yaml", ".git/c.odcs.yaml", "d.odps.yaml", "e.yaml"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, name).expect("written");
        }
        let uri = Url::from_directory_path(folder.path()).expect("an address");
        for said in
            [json!({"rootUri": uri}), json!({"rootUri": null, "workspaceFolders": [{"uri": uri, "name": "bank"}]})]
        {
            let texts: Vec<String> = Folders::of(&said).texts().into_iter().map(|(_, text)| text).collect();
            assert_eq!(texts, ["contracts/a.odcs.yaml", "d.odps.yaml"]);
        }
        assert!(Folders::of(&json!({})).texts().is_empty());
    }
}
