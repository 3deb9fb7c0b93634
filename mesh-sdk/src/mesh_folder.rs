//! The folder that holds `contracts/` and `domains/`.

use std::path::{Path, PathBuf};

/// The nearest mesh folder from `start` upwards.
#[must_use]
pub fn find_mesh_folder(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| is_mesh_folder(folder)).map(Path::to_owned)
}

/// Whether a folder holds both.
#[must_use]
pub fn is_mesh_folder(folder: &Path) -> bool {
    folder.join("contracts").is_dir() && folder.join("domains").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_above_is_found() {
        let root = tempfile::tempdir().expect("a folder");
        let deep = root.path().join("domains/lending/models");
        std::fs::create_dir_all(&deep).expect("folders");
        assert_eq!(find_mesh_folder(&deep), None);
        std::fs::create_dir(root.path().join("contracts")).expect("a folder");
        assert_eq!(find_mesh_folder(&deep).as_deref(), Some(root.path()));
    }
}
