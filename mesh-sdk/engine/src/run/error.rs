//! What can stop a run, or one port of it.

use mesh_contract::Code;

use crate::ErrorKind;

/// Why a run could not be made, or why one port of it failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A port was asked for that the product does not have.
    #[error("there is no port `{port}` in `{domain}`")]
    UnknownPort {
        /// The domain.
        domain: String,
        /// As asked for.
        port: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// A port's contract does not describe one table.
    #[error("the contract of `{port}` has {objects} schema objects, expected one")]
    Objects {
        /// The port.
        port: String,
        /// How many there are.
        objects: usize,
    },
    /// A model reads a port that has no snapshot.
    #[error("`{port}` was never published")]
    NeverPublished {
        /// The port that is read.
        port: String,
    },
    /// A port cannot go on from its newest snapshot.
    #[error("`{port}` cannot go on from its newest snapshot: {why}")]
    NeedsFull {
        /// The port.
        port: String,
        /// Why not.
        why: String,
    },
    /// A port is merged by key, and its contract names none.
    #[error("`{port}` is to be merged by its primary key, and its contract names none")]
    NeedsKey {
        /// The port.
        port: String,
    },
    /// A port is appended to, and what it reads is read whole each time.
    #[error("`{port}` is to be appended to, and nothing that it reads can be read from where the last run ended")]
    NeedsIncrement {
        /// The port.
        port: String,
    },
    /// An older major is to be a view, and there is no newer one with rows of its own.
    #[error("`{port}` is to be a view, and its product has no newer major of it that holds rows")]
    NothingToView {
        /// The port.
        port: String,
    },
    /// An older major, a view of the port, would no longer keep its contract.
    #[error("`{port}` is not published: `{view}`, a view of it, would no longer keep its contract")]
    ViewBroken {
        /// The port that holds the rows.
        port: String,
        /// The view.
        view: String,
    },
    /// A snapshot cannot be made again.
    #[error("version {version} of `{port}` cannot be made again: {why}")]
    NotReproducible {
        /// The port.
        port: String,
        /// The snapshot.
        version: u64,
        /// Why not.
        why: String,
    },
    /// A run id that cannot be a file name.
    #[error("`{id}` cannot be the id of a run")]
    Id {
        /// As given.
        id: String,
    },
    /// Memory and disk for the run could not be set up.
    #[error("the run could not be set up: {0}")]
    Setup(String),
    /// The record of the run could not be kept.
    #[error("the record of the run could not be written to {path}: {cause}")]
    Record {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
}

impl RunError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::UnknownPort { .. } => 1040,
            Self::Objects { .. } => 1041,
            Self::NeverPublished { .. } => 1042,
            Self::Id { .. } | Self::Setup(_) => 1043,
            Self::Record { .. } => 1044,
            Self::NeedsFull { .. } => 1045,
            Self::NeedsKey { .. } => 1046,
            Self::NotReproducible { .. } => 1047,
            Self::NeedsIncrement { .. } => 1048,
            Self::NothingToView { .. } => 1049,
            Self::ViewBroken { .. } => 1050,
        })
    }

    /// Kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownPort { .. } => ErrorKind::NotFound,
            Self::Objects { .. }
            | Self::NeverPublished { .. }
            | Self::NeedsFull { .. }
            | Self::NeedsKey { .. }
            | Self::NeedsIncrement { .. }
            | Self::NothingToView { .. }
            | Self::ViewBroken { .. }
            | Self::NotReproducible { .. }
            | Self::Id { .. } => ErrorKind::Invalid,
            Self::Setup(_) => ErrorKind::Internal,
            Self::Record { cause, .. } if cause.kind() == std::io::ErrorKind::StorageFull => ErrorKind::Exhausted,
            Self::Record { .. } => ErrorKind::Unavailable,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownPort { nearest, .. } => nearest.as_ref().map(|name| format!("did you mean `{name}`?")),
            Self::Objects { .. } => Some("give each table a port and a contract of its own".into()),
            Self::NeverPublished { port } => Some(format!("publish `{port}` first")),
            Self::NeedsFull { .. } => Some(
                "publish it anew from all of its inputs with `--full`; what is no longer among them is then gone"
                    .into(),
            ),
            Self::NotReproducible { .. } => {
                Some("check out the product as it was when the snapshot was published, and try again".into())
            }
            Self::NeedsKey { .. } => Some("state `primaryKey` in the contract, or another materialization".into()),
            Self::NeedsIncrement { .. } => Some(
                "append from files or from a table whose contract names a `watermark`; make a port of other ports \
                 `full` or `merge`"
                    .into(),
            ),
            Self::NothingToView { .. } => {
                Some("only an older major can be a view: give the newest another materialization".into())
            }
            Self::ViewBroken { view, .. } => {
                Some(format!("the run says what is wrong with `{view}`: mend models/{view}.sql, or retire that major"))
            }
            Self::Id { .. } => Some("use letters, digits, `-` and `_`".into()),
            Self::Setup(_) => None,
            Self::Record { .. } => {
                Some("what the run committed stays committed; free the disk and look at it again".into())
            }
        }
    }
}
