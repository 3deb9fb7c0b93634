//! Where the workspace and its target directory are, and which crates it has.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};

/// The workspace as Cargo sees it.
pub(crate) struct House {
    /// Members and their declared dependencies.
    pub(crate) metadata: Metadata,
}

impl House {
    /// The workspace that this program was built from.
    pub(crate) fn find() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::at(here.parent().context("xtask stands in the workspace's root folder")?)
    }

    /// The workspace with its root folder at `root`.
    pub(crate) fn at(root: &Path) -> Result<Self> {
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .no_deps()
            .other_options(["--offline".to_owned()])
            .exec()
            .context("cannot read the workspace")?;
        Ok(Self { metadata })
    }

    /// The workspace's root folder.
    pub(crate) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// Where Cargo builds.
    pub(crate) fn target(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// A program of the workspace as the development profile builds it.
    pub(crate) fn built(&self, program: &str) -> PathBuf {
        self.target().join("debug").join(program)
    }
}
