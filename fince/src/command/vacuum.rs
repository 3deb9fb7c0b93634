//! `fince vacuum`

use clap::Args;
use mesh_sdk::{PortVacuumed, Retention};

use crate::data_directory::DataDirectory;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
use crate::mesh::{find_product, product_failure};
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince vacuum lending --dry-run
  fince vacuum lending --keep 90d

A snapshot stays as long as it is the newest, was in service within the time to keep (or the port's own
`snapshotRetention`, where that is longer), or is what the newest snapshot of another port was built from.";

/// Remove the data of old snapshots that nothing needs any more
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Vacuum {
    /// The domain
    domain: String,

    /// How long a snapshot stays after it was in service last
    #[arg(long, default_value = "30d", value_name = "TIME")]
    keep: Retention,

    /// Say what would go, and remove nothing
    #[arg(long)]
    dry_run: bool,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,
}

impl Vacuum {
    /// Removes, while nobody else publishes the product.
    ///
    /// # Errors
    /// When there is no data directory, the product is being published, or a file cannot be removed.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let data = DataDirectory::open(&setting.global.data)?;
        let product = find_product(setting, &data, &self.domain)?;
        let _lock = data.lock_for_publishing(&self.domain)?;
        let now = setting.environment.clock.now();
        let done = mesh_sdk::vacuum(data.absolute(), &product, self.keep, now, self.dry_run).await;
        let done = done.map_err(|error| product_failure(&error))?;
        let text = match self.format {
            ListFormat::Json => governance_client::json(&done)?,
            ListFormat::Table => table(&done, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
    }
}

fn table(done: &[PortVacuumed], paint: Paint) -> String {
    let columns = [("port", Lean::Left), ("snapshots", Lean::Right), ("files", Lean::Right), ("bytes", Lean::Right)];
    let mut table = Table::new(columns);
    for PortVacuumed { port, vacuumed } in done {
        let counts = [vacuumed.snapshots.len() as u64, vacuumed.files, vacuumed.bytes].map(|count| count.to_string());
        table.row([port.to_string()].into_iter().chain(counts));
    }
    table.render(paint)
}
