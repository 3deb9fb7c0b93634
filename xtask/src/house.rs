//! Where the workspace and its target directory are, and which crates it has.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};

/// What `cargo run` tells a program about its own package.
const CARGO_TOLD_US: [&str; 17] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_AUTHORS",
    "CARGO_PKG_DESCRIPTION",
    "CARGO_PKG_HOMEPAGE",
    "CARGO_PKG_LICENSE",
    "CARGO_PKG_LICENSE_FILE",
    "CARGO_PKG_NAME",
    "CARGO_PKG_README",
    "CARGO_PKG_REPOSITORY",
    "CARGO_PKG_RUST_VERSION",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// The workspace as Cargo sees it.
pub(crate) struct House {
    /// Members and their declared dependencies.
    pub(crate) metadata: Metadata,
}

impl House {
    /// The workspace in which this program was started: the one Cargo says, and not the one it was built from, which may be
    /// another clone with the same target directory.
    pub(crate) fn find() -> Result<Self> {
        let here =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
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

    /// Cargo in the root folder, as a developer's shell would start it. What Cargo told this program about itself is left
    /// out: build scripts that look at it (that of `ring` does) would run again, and half of the dependencies after them.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(self.root());
        for name in CARGO_TOLD_US {
            command.env_remove(name);
        }
        command
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
