//! `fince up`: the whole mesh in one process.

use clap::Args;

use crate::addresses::Reserved;
use crate::data_directory::DataDirectory;
use crate::failure::Failure;
use crate::mesh::{self, Mesh, Parts, Running};
use crate::mesh_folder;
use crate::progress::Progress;
use crate::setting::Setting;
use crate::signals::Stop;

const EXAMPLES: &str = "\
Examples:
  fince up                          start everything, publish the samples on first start
  fince up --data /var/lib/fince    keep the data there
  fince up --port-base 9460         listen on 9460 and the ports above
  fince --log info up               and say what is going on

Ctrl-C ends it: what is in flight is finished first. Ctrl-C again ends it at once.";

/// Start the whole mesh on this machine: governance and every data product
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Up {
    /// Serve REST without the catalog's pages (this binary has none built in)
    #[arg(long)]
    no_ui: bool,

    /// A host that webhooks may be sent to without TLS and at an address that is not public; may be given several times
    #[arg(long = "webhook-host", value_name = "HOST", env = "FINCE_WEBHOOK_HOSTS", value_delimiter = ',')]
    webhook_hosts: Vec<String>,
}

impl Up {
    /// Starts the mesh and waits until it is told to stop.
    ///
    /// # Errors
    /// When the data directory, a key, an address or a product's documents cannot be used.
    pub(crate) async fn run(self, setting: &Setting) -> Result<(), Failure> {
        tracing::debug!(no_ui = self.no_ui, "starting");
        let root = mesh_folder::find(setting)?;
        let data = DataDirectory::open_or_create(&setting.global.data)?;
        let _lock = data.lock_for_serving()?;
        let stop = Stop::listen()?;
        let mesh = Mesh::open(setting, data)?;
        let products = mesh::open_products(&root)?;
        let own = mesh::open_governance_product(&mesh.data)?;

        // Every address is taken before anything starts, so that a taken one stops nothing half-way.
        let governance_door = Reserved::take("governance", mesh.addresses.governance())?;
        let mut doors = Vec::with_capacity(products.len() + 1);
        for product in products.iter().chain([&own]) {
            let place = products.iter().filter(|other| other.domain() < product.domain()).count();
            let address = mesh.addresses.product(product.domain(), place);
            doors.push(Reserved::take(&format!("the Flight SQL server of `{}`", product.domain()), address)?);
        }

        let mut running = Parts::new();
        mesh::start_governance(&mesh, governance_door, self.webhook_hosts, &stop, &mut running).await?;
        let development = mesh::Development::new(&mesh, &products)?;
        let progress = Progress::new(&setting.output);
        let mut started: Vec<Running> = Vec::with_capacity(products.len() + 1);
        let mut doors = doors.into_iter();
        for (product, door) in products.into_iter().zip(&mut doors) {
            let product = mesh::start_product(&mesh, product, door.address(), &development).await?;
            product.say_refusals(&setting.output);
            let Some(published) = stop.gentle.run_until_cancelled(product.publish_missing(&mesh, &progress)).await
            else {
                break;
            };
            // One product without data must not keep the others from their consumers.
            if let Err(text) = published.map_err(|failure| failure.render(setting.output.colour_on_stderr())) {
                setting.output.note(&text.unwrap_or_default());
            }
            // Opened last: whoever finds an open door finds the data behind it.
            product.open(&mesh, door, &progress, &stop, &mut running)?;
            started.push(product);
        }
        if let Some(door) = doors.next().filter(|_| !stop.gentle.is_cancelled()) {
            // What it says is read from governance, so it is published behind open doors.
            let product = mesh::start_product(&mesh, own, door.address(), &development).await?;
            product.say_refusals(&setting.output);
            product.open(&mesh, door, &progress, &stop, &mut running)?;
            mesh::keep_governance_product(&mesh, &product, &stop, &mut running)?;
            started.push(product);
            setting.output.result(&mesh::banner(&mesh, &started, setting))?;
        }
        mesh::until_stopped(running, &stop, &setting.output).await
    }
}
