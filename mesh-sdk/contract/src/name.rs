//! Names of ports: `domain.port`, and `domain.port_v1` for one major version.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An output port's name without a version, written `domain.port` (`lending.loans`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PortName {
    domain: String,
    port: String,
}

/// One served major version of a port, written `domain.port_v1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PortVersion {
    /// The port.
    pub name: PortName,
    /// The major version of its contract.
    pub major: u64,
}

/// Why a text is not a port name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a port name: expected `domain.port`, each of lower-case letters, digits and `_`, starting with a letter"
)]
pub struct PortNameError(String);

impl PortName {
    /// Builds a name from its two parts.
    ///
    /// # Errors
    /// [`PortNameError`] when a part is empty or has other characters than lower-case ASCII letters, digits and `_`.
    /// The alphabet is this narrow because names become SQL identifiers, folder names and URL path segments.
    pub fn new(domain: &str, port: &str) -> Result<Self, PortNameError> {
        if is_identifier(domain) && is_identifier(port) {
            Ok(Self { domain: domain.to_owned(), port: port.to_owned() })
        } else {
            Err(PortNameError(format!("{domain}.{port}")))
        }
    }

    /// The owning domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The port within its domain.
    #[must_use]
    pub fn port(&self) -> &str {
        &self.port
    }
}

impl PortVersion {
    /// The SQL table name that pins this major: `loans_v1`.
    #[must_use]
    pub fn table(&self) -> String {
        format!("{}_v{}", self.name.port, self.major)
    }
}

/// Whether `text` can be a domain or a port: a lower-case identifier of at most 63 characters.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

impl FromStr for PortName {
    type Err = PortNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('.') {
            Some((domain, port)) => Self::new(domain, port),
            None => Err(PortNameError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for PortName {
    type Error = PortNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PortName> for String {
    fn from(name: PortName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.domain, self.port)
    }
}

impl fmt::Display for PortVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_v{}", self.name, self.major)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_strangers_are_refused() {
        let name: PortName = "lending.loans".parse().expect("a port name");
        assert_eq!(name.to_string(), "lending.loans");
        assert_eq!(PortVersion { name, major: 2 }.to_string(), "lending.loans_v2");
        for bad in ["loans", "lending.", ".loans", "Lending.loans", "lending.lo ans", "../x.y", "a.b.c"] {
            assert!(bad.parse::<PortName>().is_err(), "{bad}");
        }
    }
}
