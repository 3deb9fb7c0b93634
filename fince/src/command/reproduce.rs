//! `fince reproduce PORT@VERSION`

use clap::Args;
use mesh_contract::PortVersion;
use mesh_sdk::{Node, Reproduction};

use super::snapshots;
use crate::data_directory::DataDirectory;
use crate::failure::{Failure, codes};
use crate::mesh::{Mesh, find_product, product_failure};
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince snapshots lending.credit_exposure        which there are, and what each was made of
  fince reproduce lending.credit_exposure@0      make version 0 again and compare

Ports of other products are read at the snapshots that were read then: their products must be up.";

/// Make a snapshot again from exactly what it was made of, and compare; nothing is changed
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Reproduce {
    /// The port, with its major or for major 1 without, and the version of the snapshot
    #[arg(value_name = "PORT@VERSION")]
    snapshot: String,
}

impl Reproduce {
    /// Makes it again.
    ///
    /// # Errors
    /// When the product has errors, an input is not as it was, or the rows differ.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let (port, version) = parse(&self.snapshot)?;
        let data = DataDirectory::open(&setting.global.data)?;
        let mesh = Mesh::open(setting, data)?;
        let product = find_product(setting, &mesh.data, port.name.domain())?;
        let settings = mesh.node_settings(port.name.domain(), None)?;
        let (node, _) = Node::start(product, settings).await.map_err(|error| product_failure(&error))?;
        let made = node.reproduce(&port, version).await.map_err(|error| product_failure(&error))?;
        if made.is_exact() {
            let text = format!("{port} version {version} was made again: {} rows, none differs", made.rows);
            return Ok(setting.output.result(&text)?);
        }
        Err(differs(&port, version, made))
    }
}

fn differs(port: &PortVersion, version: u64, made: Reproduction) -> Failure {
    let Reproduction { missing, surplus, .. } = made;
    let text = format!("{port} version {version} was not made again: {missing} rows are missing, {surplus} are new");
    Failure::failed(codes::REPRODUCE, text).help("look for what the model reads besides its inputs, such as `now()`")
}

fn parse(text: &str) -> Result<(PortVersion, u64), Failure> {
    let wrong = || {
        Failure::usage(codes::PORT, format!("`{text}` names no snapshot"))
            .help("write the port and the version of its snapshot: `lending.loans@3`")
    };
    let (port, version) = text.rsplit_once('@').ok_or_else(wrong)?;
    Ok((snapshots::parse(port)?, version.parse().map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_a_port_and_a_version() {
        let (port, version) = parse("lending.loans_v2@17").expect("a snapshot");
        assert_eq!((port.to_string().as_str(), version), ("lending.loans_v2", 17));
        for bad in ["lending.loans", "lending.loans@", "lending.loans@-1", "loans@1", "@1", ""] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
