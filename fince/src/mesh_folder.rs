//! The folder that holds `contracts/` and `domains/`.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, codes};
use crate::setting::Setting;

/// The folder named by `--mesh`, or the nearest one from the current folder upwards.
///
/// # Errors
/// When the folder named is none, or none is found.
pub(crate) fn find(setting: &Setting) -> Result<PathBuf, Failure> {
    if let Some(named) = &setting.global.mesh {
        return if is_mesh(named) {
            Ok(named.clone())
        } else {
            Err(Failure::environment(
                codes::MESH_FOLDER,
                format!("`{}` holds no `contracts` and `domains`", named.display()),
            )
            .help("name the folder that holds both: `--mesh DIR`"))
        };
    }
    let start = setting.environment.current_folder.as_deref();
    start.and_then(upwards).ok_or_else(|| {
        Failure::environment(codes::MESH_FOLDER, "no folder from here upwards holds `contracts` and `domains`")
            .help("change into the repository, or name it: `--mesh DIR`")
    })
}

fn upwards(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| is_mesh(folder)).map(Path::to_owned)
}

fn is_mesh(folder: &Path) -> bool {
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
        assert_eq!(upwards(&deep), None);
        std::fs::create_dir(root.path().join("contracts")).expect("a folder");
        assert_eq!(upwards(&deep).as_deref(), Some(root.path()));
    }
}
