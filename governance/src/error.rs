//! Why the service cannot start.

use mesh_contract::Code;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be opened.
    #[error("the registry's database cannot be opened")]
    Open(#[source] sqlx::Error),
    /// The database's tables cannot be brought up to date.
    #[error("the registry's database cannot be brought up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database was written by a newer program.
    #[error("the registry's database is of version {found}, and this program knows versions up to {known}")]
    Newer {
        /// Version of the database.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The platform's TLS cannot be set up, which webhooks need.
    #[error("the platform's TLS cannot be set up")]
    Tls(#[source] reqwest::Error),
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Newer { .. } => Code(4030),
            Self::Open(_) => Code(4031),
            Self::Migrate(_) => Code(4032),
            Self::Tls(_) => Code(4095),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "run the program that wrote the database, or give another data directory",
            Self::Open(_) => "check that the database's address is right, and that its folder can be written to",
            Self::Tls(_) => "install the system's root certificates",
            Self::Migrate(_) => "restore the database from a backup, or give another data directory",
        }
    }
}
