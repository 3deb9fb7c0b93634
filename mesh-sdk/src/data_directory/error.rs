//! Why a data directory cannot be used.

use std::io;
use std::path::PathBuf;

use mesh_contract::Code;

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataDirectoryError {
    /// It is a file.
    #[error("`{}` is not a directory", path.display())]
    NotADirectory {
        /// What was named.
        path: PathBuf,
    },
    /// It cannot be made, written or read.
    #[error("{what} `{}`", path.display())]
    Unusable {
        /// What cannot be done.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No mesh was ever started in it.
    #[error("there is no mesh in `{}`", path.display())]
    NoMesh {
        /// What was named.
        path: PathBuf,
    },
    /// A newer program wrote it.
    #[error("`{}` has layout {found}; this binary knows layouts up to {known}", path.display())]
    Newer {
        /// The directory.
        path: PathBuf,
        /// Its layout.
        found: u32,
        /// The newest layout that this program knows.
        known: u32,
    },
    /// Its mark is not one.
    #[error("`{}` holds `{text}`, which is no layout number", path.display())]
    Damaged {
        /// The mark.
        path: PathBuf,
        /// What it says, cut.
        text: String,
    },
    /// Another process holds it.
    #[error("{what} is in use by {holder}")]
    InUse {
        /// What is held.
        what: String,
        /// By whom.
        holder: String,
    },
}

impl DataDirectoryError {
    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NotADirectory { .. } | Self::Unusable { .. } | Self::Damaged { .. } => Code(5002),
            Self::Newer { .. } => Code(5003),
            Self::InUse { .. } => Code(5004),
            Self::NoMesh { .. } => Code(5008),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotADirectory { .. } => "name another place with `--data DIR`",
            Self::Unusable { .. } => {
                "check its owner and permissions and that the disk has room, or name another place with `--data DIR`"
            }
            Self::NoMesh { .. } => "start one with `fince up`, or name its data directory with `--data DIR`",
            Self::Newer { .. } => "use the newer program that wrote it, or another directory with `--data DIR`",
            Self::Damaged { .. } => {
                "this is not a data directory of fince, or it is damaged; name another with `--data DIR`"
            }
            Self::InUse { .. } => "stop that process first, or work in another directory with `--data DIR`",
        }
    }
}
