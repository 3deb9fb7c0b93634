//! `fince publish`: builds a product's ports, checks them against their contracts, and commits what passes.

use clap::Args;
use mesh_sdk::{Node, Publishing, Selection};

use crate::data_directory::DataDirectory;
use crate::failure::{Failure, codes};
use crate::mesh::{Mesh, open_product, product_failure};
use crate::mesh_folder;
use crate::progress::Progress;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince publish lending                  every port of the product
  fince publish lending --port loans     one port, and what it is made of
  fince publish lending --dry-run        build and check, and commit nothing

A failed check leaves the old snapshot in service and says which rows broke which rule. A running `fince up` on the
same data directory serves a new snapshot at once.";

/// Build, check and commit the ports of a data product
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Publish {
    /// The domain whose product to publish
    domain: String,

    /// Only this port, and the ports that it is made of; may be given several times
    #[arg(long = "port", value_name = "PORT")]
    ports: Vec<String>,

    /// Build and check, and commit nothing
    #[arg(long)]
    dry_run: bool,

    /// Make every port anew from all of its inputs, also those that are appended or merged
    #[arg(long)]
    full: bool,
}

impl Publish {
    /// Publishes.
    ///
    /// # Errors
    /// When the product has errors, is being published already, or a port's run fails.
    pub(crate) async fn run(self, setting: &Setting) -> Result<(), Failure> {
        let data = DataDirectory::open_or_create(&setting.global.data)?;
        let mesh = Mesh::open(setting, data)?;
        let product = open_product(&mesh_folder::find(setting)?, &self.domain)?;
        let _lock = mesh.data.lock_for_publishing(&self.domain)?;
        let settings = mesh.node_settings(&self.domain, None)?;
        let (node, _) = Node::start(product, settings).await.map_err(|error| product_failure(&error))?;
        let selection = if self.ports.is_empty() { Selection::All } else { Selection::Ports(self.ports) };
        let publishing = Publishing { selection, anew: self.full, rehearsal: self.dry_run };
        publish_ports(&node, &publishing, &Progress::new(&setting.output)).await
    }
}

/// Publishes the selected ports of `node`, and shows it.
///
/// # Errors
/// When the run could not begin, or a port failed; the failure names rule, count and offending keys.
pub(crate) async fn publish_ports(node: &Node, publishing: &Publishing, progress: &Progress) -> Result<(), Failure> {
    let events = progress.events(node.product().domain());
    let report = node.publish(publishing, events).await.map_err(|error| product_failure(&error))?;
    let broken = report.ports.iter().filter(|port| !port.outcome.is_good());
    let texts: Vec<String> = broken.map(ToString::to_string).collect();
    if texts.is_empty() {
        return Ok(());
    }
    Err(Failure::failed(
        codes::PUBLISH,
        format!("{} was not published as a whole\n\n{}", report.domain, texts.join("\n")),
    )
    .help("ports that failed keep their old snapshot in service"))
}
