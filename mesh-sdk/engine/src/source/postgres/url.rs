//! Where a database is and as whom it is read.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use super::tls::Trust;

/// A database and the credentials for it: `postgresql://user:password@host:5432/database?sslmode=require`.
///
/// Parameters are those of libpq's connection URLs. `sslmode` is one of `disable`, `prefer` (the default: TLS where the
/// server offers it), `require` (TLS, whoever the server is) and `verify-full` (TLS, and a certificate for the host's name
/// under the authorities in the PEM file `sslrootcert`). With `sslrootcert`, `require` verifies too.
///
/// Neither `Debug` nor any error shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    pub(super) config: Config,
    pub(super) trust: Trust,
}

/// Why a text is not a [`DatabaseUrl`]. It does not show the text, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// It is no URL of this kind.
    #[error("expected `postgresql://user:password@host:5432/database?sslmode=require`")]
    Form,
    /// An `sslmode` that is not known.
    #[error("`sslmode` is one of `disable`, `prefer`, `require` and `verify-full`")]
    SslMode,
    /// Nothing to verify against.
    #[error("`sslmode=verify-full` needs `sslrootcert`, a PEM file with the authorities that are trusted")]
    NoRoots,
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        if !["postgresql://", "postgres://"].iter().any(|scheme| address.starts_with(scheme)) {
            return Err(DatabaseUrlError::Form);
        }
        let (mut kept, mut mode, mut roots) = (Vec::new(), None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match url::form_urlencoded::parse(pair.as_bytes()).next() {
                Some((key, value)) if key == "sslmode" => mode = Some(value.into_owned()),
                Some((key, value)) if key == "sslrootcert" => roots = Some(PathBuf::from(value.into_owned())),
                _ => kept.push(pair),
            }
        }
        let rest = if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) };
        let mut config: Config = rest.parse().map_err(|_| DatabaseUrlError::Form)?;
        let (ssl_mode, trust) = match (mode.as_deref(), roots) {
            (Some("disable"), _) => (SslMode::Disable, Trust::Anyone),
            (Some("prefer") | None, None) => (SslMode::Prefer, Trust::Anyone),
            (Some("require"), None) => (SslMode::Require, Trust::Anyone),
            (Some("prefer" | "require" | "verify-full") | None, Some(roots)) => (SslMode::Require, Trust::Roots(roots)),
            (Some("verify-full"), None) => return Err(DatabaseUrlError::NoRoots),
            _ => return Err(DatabaseUrlError::SslMode),
        };
        config.ssl_mode(ssl_mode);
        Ok(Self { config, trust })
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sslmode_says_whom_to_trust() {
        let read = |query: &str| {
            let url: Result<DatabaseUrl, _> = format!("postgresql://u:p@db.bank.example/core{query}").parse();
            url.map(|url| (url.config.get_ssl_mode(), url.trust))
        };
        let roots = || Trust::Roots("/etc/bank ca.pem".into());
        assert_eq!(read(""), Ok((SslMode::Prefer, Trust::Anyone)));
        assert_eq!(read("?sslmode=disable&connect_timeout=3"), Ok((SslMode::Disable, Trust::Anyone)));
        assert_eq!(read("?sslmode=require"), Ok((SslMode::Require, Trust::Anyone)));
        assert_eq!(read("?sslmode=require&sslrootcert=/etc/bank%20ca.pem"), Ok((SslMode::Require, roots())));
        assert_eq!(read("?sslrootcert=/etc/bank%20ca.pem&sslmode=verify-full"), Ok((SslMode::Require, roots())));
        assert_eq!(read("?sslmode=verify-full"), Err(DatabaseUrlError::NoRoots));
        assert_eq!(read("?sslmode=verify-ca"), Err(DatabaseUrlError::SslMode));
    }

    #[test]
    fn nothing_shows_the_password() {
        let url: DatabaseUrl = "postgresql://lena:s3cret@db.bank.example/core".parse().expect("a url");
        assert_eq!(format!("{url:?} {:#?}", Some(&url)), "DatabaseUrl Some(\n    DatabaseUrl,\n)");
        for odd in ["s3cret", "mysql://u:s3cret@h/d", "postgresql://u:s3cret@h:port/d", "postgresql://u@h/d?s3cret=1"] {
            let error = odd.parse::<DatabaseUrl>().expect_err("refused");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{odd}");
        }
    }
}
