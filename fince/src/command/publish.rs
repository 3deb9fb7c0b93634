//! `fince publish`: builds a product's ports, checks them against their contracts, and commits what passes.

use clap::Args;
use governance_product::PublishError;
use mesh_sdk::{Node, Publishing, RunReport, Selection};

use crate::data_directory::DataDirectory;
use crate::failure::{Failure, codes};
use crate::mesh::{Mesh, find_product, product_failure, publisher};
use crate::progress::Progress;
use crate::service_errors;
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
        let product = find_product(setting, &mesh.data, &self.domain)?;
        let _lock = mesh.data.lock_for_publishing(&self.domain)?;
        let settings = mesh.node_settings(&self.domain, None)?;
        let (node, _) = Node::start(product, settings).await.map_err(|error| product_failure(&error))?;
        let selection = if self.ports.is_empty() { Selection::All } else { Selection::Ports(self.ports) };
        let publishing = Publishing { selection, anew: self.full, rehearsal: self.dry_run };
        let progress = Progress::new(&setting.output);
        if self.domain == governance_product::DOMAIN {
            return publish_governance(&mesh, &node, &publishing, &progress, setting).await;
        }
        publish_ports(&node, &publishing, &progress).await
    }
}

/// Publishes the selected ports of `node`, and shows it.
///
/// # Errors
/// When the run could not begin, or a port failed; the failure names rule, count and offending keys.
pub(crate) async fn publish_ports(node: &Node, publishing: &Publishing, progress: &Progress) -> Result<(), Failure> {
    let events = progress.events(node.product().domain());
    let report = node.publish(publishing, events).await.map_err(|error| product_failure(&error))?;
    told(&report.domain, std::slice::from_ref(&report))
}

/// Publishes the selected ports of governance's own product that have news.
async fn publish_governance(
    mesh: &Mesh,
    node: &Node,
    publishing: &Publishing,
    progress: &Progress,
    setting: &Setting,
) -> Result<(), Failure> {
    let publisher = publisher(mesh, node.product())?;
    let events = progress.events(governance_product::DOMAIN);
    let reports = publisher.publish(node, publishing, events).await.map_err(|error| match error {
        PublishError::Governance(error) => service_errors::governance(error),
        PublishError::Product(error) => product_failure(&error),
    })?;
    if reports.is_empty() {
        setting.output.note("governance has no news since the newest snapshots");
    }
    told(governance_product::DOMAIN, &reports)
}

/// Fails when a port did: rule, count and offending keys.
fn told(domain: &str, reports: &[RunReport]) -> Result<(), Failure> {
    let broken = reports.iter().flat_map(|report| &report.ports).filter(|port| !port.outcome.is_good());
    let texts: Vec<String> = broken.map(ToString::to_string).collect();
    if texts.is_empty() {
        return Ok(());
    }
    Err(Failure::failed(codes::PUBLISH, format!("{domain} was not published as a whole\n\n{}", texts.join("\n")))
        .help("ports that failed keep their old snapshot in service"))
}
