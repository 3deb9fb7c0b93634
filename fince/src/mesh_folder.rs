//! The folder that holds `contracts/` and `domains/`.

use std::path::PathBuf;

use mesh_sdk::{find_mesh_folder, is_mesh_folder};

use crate::failure::{Failure, codes};
use crate::setting::Setting;

/// The folder named by `--mesh`, or the nearest one from the current folder upwards.
///
/// # Errors
/// When the folder named is none, or none is found.
pub(crate) fn find(setting: &Setting) -> Result<PathBuf, Failure> {
    if let Some(named) = &setting.global.mesh {
        return if is_mesh_folder(named) {
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
    start.and_then(find_mesh_folder).ok_or_else(|| {
        Failure::environment(codes::MESH_FOLDER, "no folder from here upwards holds `contracts` and `domains`")
            .help("change into the repository, or name it: `--mesh DIR`")
    })
}
