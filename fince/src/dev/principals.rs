//! The example principals, as `principals.json` declares them.

use mesh_policy::{Principal, Purpose};
use serde::Deserialize;

use crate::failure::{Failure, codes};

/// One example principal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    /// Name, and the password.
    pub(crate) name: String,
    roles: Vec<String>,
    /// The purpose it states when it asks.
    pub(crate) purpose: Option<Purpose>,
    /// Which ports it has agreements for.
    #[serde(default)]
    pub(crate) agreements: Granted,
    /// Who it plays, for people.
    pub(crate) about: String,
}

/// Which ports an example principal has agreements for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Granted {
    /// None.
    #[default]
    None,
    /// Every port of every product that runs.
    EveryPort,
}

impl Example {
    /// The principal it stands for.
    pub(crate) fn principal(&self) -> Principal {
        Principal { name: self.name.clone(), roles: self.roles.clone() }
    }
}

/// All of them.
///
/// # Errors
/// Never for the file that is built in; a test holds that.
pub(crate) fn examples() -> Result<Vec<Example>, Failure> {
    serde_json::from_str(include_str!("principals.json")).map_err(|error| {
        Failure::environment(codes::PRINCIPAL, "the built-in principals cannot be read").because(&error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_have_the_rights_that_documents_promise() {
        let examples = examples().expect("readable");
        let names: Vec<_> = examples.iter().map(|example| example.name.as_str()).collect();
        assert_eq!(names, ["officer", "lena", "omar", "ana"]);
        let governs: Vec<_> = examples.iter().map(|example| example.principal().governs()).collect();
        assert_eq!(governs, [true, false, false, false]);
        let owns: Vec<_> = examples.iter().map(|example| example.principal().owns("lending")).collect();
        assert_eq!(owns, [false, true, false, false]);
        let granted: Vec<_> = examples.iter().map(|example| example.agreements == Granted::EveryPort).collect();
        assert_eq!(granted, [false, false, true, false]);
    }
}
