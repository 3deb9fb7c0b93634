//! Where a dataset is: a port of the mesh, an input of one of its products, or elsewhere.

use mesh_contract::{PortName, PortVersion};

use crate::sources::Dataset;

/// The namespace of the mesh's jobs and datasets.
pub const MESH: &str = "mesh";

/// Where a dataset is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A major version of a port.
    Port(PortVersion),
    /// What a product takes in from outside the mesh: `domain.input.name`.
    Input {
        /// The product's domain.
        domain: String,
        /// The input port.
        name: String,
    },
    /// Not in the mesh.
    Outside(Dataset),
}

impl Place {
    /// Where `dataset` is.
    #[must_use]
    pub fn of(dataset: &Dataset) -> Self {
        let place = || {
            if dataset.namespace != MESH {
                return None;
            }
            if let Some((domain, name)) = dataset.name.split_once(".input.") {
                let input = PortName::new(domain, name).ok()?;
                return Some(Self::Input { domain: input.domain().to_owned(), name: input.port().to_owned() });
            }
            port_version(&dataset.name).map(Self::Port)
        };
        place().unwrap_or_else(|| Self::Outside(dataset.clone()))
    }

    /// The domain it belongs to.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        match self {
            Self::Port(port) => Some(port.name.domain()),
            Self::Input { domain, .. } => Some(domain),
            Self::Outside(_) => None,
        }
    }
}

/// Reads `lending.loans_v1`, as [`PortVersion`] writes it.
#[must_use]
pub fn port_version(text: &str) -> Option<PortVersion> {
    let (name, digits) = text.rsplit_once("_v")?;
    // One spelling for one version: no sign, no leading zero.
    let major = digits.parse().ok().filter(|major: &u64| major.to_string() == digits)?;
    Some(PortVersion { name: name.parse().ok()?, major })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_mesh_are_told_from_others() {
        let place = |namespace: &str, name: &str| Place::of(&Dataset::new(namespace, name));
        let Place::Port(port) = place(MESH, "lending.loans_v12") else { panic!("a port") };
        assert_eq!((port.to_string().as_str(), port.major), ("lending.loans_v12", 12));
        assert_eq!(place(MESH, "lending.input.files").domain(), Some("lending"));
        let outside =
            [("other", "lending.loans_v1"), (MESH, "lending.loans"), (MESH, "lending.loans_v01"), (MESH, "a b_v1")];
        for (namespace, name) in outside {
            assert!(matches!(place(namespace, name), Place::Outside(_)), "{namespace} {name}");
        }
    }
}
