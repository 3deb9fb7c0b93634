//! One data product in this process: node, Flight server, first publish.

use std::net::SocketAddr;
use std::sync::Arc;

use mesh_api::Problem;
use mesh_flight::Door;
use mesh_sdk::{Acceptance, Node, PortStatus, Product, Selection, Serving};
use url::Url;

use super::{Development, Mesh, Parts, login, product_failure};
use crate::addresses::Reserved;
use crate::failure::{Failure, codes};
use crate::output::Output;
use crate::progress::Progress;
use crate::signals::Stop;

/// A product at work.
pub(crate) struct Running {
    pub(crate) node: Arc<Node>,
    pub(crate) endpoint: Url,
    statuses: Vec<PortStatus>,
}

/// Registers a product, which will answer at `address`, and opens it to those who may read it.
///
/// # Errors
/// When the data directory cannot be used, or governance refuses what the mesh begins with.
pub(crate) async fn start_product(
    mesh: &Mesh,
    product: Product,
    address: SocketAddr,
    development: &Development<'_>,
) -> Result<Running, Failure> {
    let endpoint = endpoint(address)?;
    let settings = mesh.node_settings(product.domain(), Some(endpoint.clone()))?;
    let (node, mut statuses) = Node::start(product, settings).await.map_err(|error| product_failure(&error))?;
    if development.approve(node.product()).await? > 0 {
        statuses = node.register().await.map_err(|error| product_failure(&error))?;
    }
    development.grant(node.product().domain()).await?;
    node.fetch_grants().await.map_err(|error| product_failure(&error))?;
    Ok(Running { node: Arc::new(node), endpoint, statuses })
}

impl Running {
    /// Answers Flight SQL behind `door`, publishes what is due, and keeps in step with governance, until told to stop.
    ///
    /// # Errors
    /// When the door's address was taken after all.
    pub(crate) fn open(
        &self,
        mesh: &Mesh,
        door: Reserved,
        progress: &Progress,
        stop: &Stop,
        running: &mut Parts,
    ) -> Result<(), Failure> {
        let (data, domain) = (mesh.data.clone(), self.node.product().domain().to_owned());
        let serving = Serving {
            listener: door.open()?,
            door: Door { unsealer: mesh.keys.issuer.unsealer(), clock: mesh.clock.clone(), login: Some(login(mesh)) },
            tickets: mesh.keys.ticket.clone(),
            events: progress.events(&domain),
            turn: Box::new(move || data.lock_for_publishing(&domain).ok()),
        };
        let served = Arc::clone(&self.node).serve(serving, stop.gentle.clone());
        running.spawn(async move { served.await.map_err(|error| product_failure(&error)) });
        Ok(())
    }

    /// Says which ports are not served, or only on the word of a receipt.
    pub(crate) fn say_refusals(&self, output: &Output) {
        for status in &self.statuses {
            let port = &status.port;
            match &status.acceptance {
                Acceptance::Accepted => {}
                Acceptance::AcceptedBefore(at) => output.note(&format!(
                    "governance is away: {port} is served on its receipt of {}, and registers again when it is back",
                    at.format("%Y-%m-%d %H:%M UTC")
                )),
                Acceptance::Waiting(status) => output.note(&format!(
                    "{port} is {} and not in force: it is not served until governance approves it",
                    status.as_str()
                )),
                Acceptance::Unknown => output.note(&format!(
                    "governance is away and never accepted {port}: it is not served until it registers"
                )),
                Acceptance::Refused(problem) => output.note(&refusal(&port.to_string(), problem)),
            }
        }
    }

    /// Publishes the accepted ports that have no snapshot yet.
    ///
    /// # Errors
    /// When a port's run fails; the others' snapshots stay.
    pub(crate) async fn publish_missing(&self, mesh: &Mesh, progress: &Progress) -> Result<(), Failure> {
        let missing = self.node.without_snapshot().await.map_err(|error| product_failure(&error))?;
        if missing.is_empty() {
            return Ok(());
        }
        let _lock = mesh.data.lock_for_publishing(self.node.product().domain())?;
        crate::command::publish_ports(&self.node, &Selection::Ports(missing).into(), progress).await
    }
}

fn refusal(port: &str, problem: &Problem) -> String {
    let mut text = format!("governance refused {port}: {} [{}]", problem.detail, problem.code);
    for diagnostic in &problem.diagnostics {
        text.push_str(&format!("\n  {}", diagnostic.message));
    }
    text
}

fn endpoint(address: SocketAddr) -> Result<Url, Failure> {
    Url::parse(&format!("grpc://{address}")).map_err(|error| {
        Failure::environment(codes::RUNTIME, "the address of a Flight server cannot be told").because(&error)
    })
}
