//! A product at work: registered, read, and published.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mesh_api::lineage::Endpoint;
use mesh_api::{Client, RegistrationStatus as Status};
use mesh_contract::PortVersion;
use mesh_engine::durable::Disk;
use mesh_engine::source::DatabaseUrl;
use mesh_engine::table::PortTable;
use mesh_engine::{PortData, Ports, QueryLimits, Reader, ReaderSettings, ServedPort, View};
use mesh_policy::{Agreements, Clock, Unsealer};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::consumption::Consumption;
use crate::error::ProductError;
use crate::lake;
use crate::product::{Output, Product};
use crate::receipts::Receipts;
use crate::registrar::{Acceptance, PortStatus, register};

/// First and longest wait between two tries to reach governance.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// What a node needs from whoever starts it.
pub struct NodeSettings {
    /// Data directory: tables in `lake/`, receipts in `receipts/`, run records in `runs/`.
    pub data: PathBuf,
    /// Governance, with a token of the product's own.
    pub governance: Client,
    /// That token: what other products are asked with.
    pub token: String,
    /// Who is told of each run's lineage, beside the run's own record.
    pub lineage: Vec<Endpoint>,
    /// Where inputs that are databases are and as whom they are read, by the input's name. Contracts have no passwords.
    pub databases: BTreeMap<String, DatabaseUrl>,
    /// Opens governance's receipts.
    pub receipts: Unsealer,
    /// Where the product answers Flight SQL, for the catalog.
    pub endpoint: Option<Url>,
    /// Limits on each query.
    pub limits: QueryLimits,
    /// Local disk.
    pub disk: Disk,
    /// The time.
    pub clock: Clock,
}

/// A running product.
pub struct Node {
    pub(crate) product: Product,
    pub(crate) settings: NodeSettings,
    pub(crate) reader: Reader,
    receipts: Receipts,
    consumption: Consumption,
    /// The table of each output. One for all who read or write it, so that each snapshot is opened once.
    tables: BTreeMap<PortVersion, PortTable>,
    /// The outputs that hold no rows, by their models' names.
    views: BTreeMap<String, View>,
}

impl Node {
    /// Registers the product and puts in service what governance accepted, now or before.
    ///
    /// # Errors
    /// [`ProductError`] when the data directory cannot be used. That governance is away or says no is no error: it is in the
    /// statuses. Nor is a model that is wrong: publishing says so, and what was published is served.
    pub async fn start(product: Product, settings: NodeSettings) -> Result<(Self, Vec<PortStatus>), ProductError> {
        let noted = settings.data.join("reads").join(product.domain());
        let (consumption, reads) = Consumption::new(noted, settings.disk.clone(), settings.clock.now());
        let reader = Reader::new(ReaderSettings {
            ports: Ports::default(),
            functions: product.functions.clone(),
            domain: product.domain().to_owned(),
            reads,
            // Nobody is let in by an agreement before governance has been asked.
            agreements: Agreements::default(),
            limits: settings.limits,
            clock: settings.clock.clone(),
        })?;
        let receipts = Receipts {
            folder: settings.data.join("receipts"),
            unsealer: settings.receipts.clone(),
            disk: settings.disk.clone(),
        };
        let tables = product.outputs.iter().map(|output| {
            let table = lake::table(&settings.data, &settings.disk, &output.port)?;
            Ok((output.port.clone(), table))
        });
        let tables = tables.collect::<Result<_, ProductError>>()?;
        let views = BTreeMap::new();
        let mut node = Self { product, settings, reader, receipts, consumption, tables, views };
        if node.product.outputs.iter().any(Output::is_view) {
            match node.pipeline() {
                Ok(pipeline) => {
                    node.views = pipeline.all_views().map(|view| (view.name().to_owned(), view.clone())).collect();
                }
                Err(error) => {
                    tracing::warn!(domain = node.product.domain(), %error, "majors that are views are out of service");
                }
            }
        }
        let statuses = node.register().await?;
        Ok((node, statuses))
    }

    /// The product.
    #[must_use]
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// Governed reads of the ports in service.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Registers, puts in service what was accepted, and takes out of service what is over.
    ///
    /// # Errors
    /// [`ProductError`] when receipts cannot be written or a table has no valid address.
    pub async fn register(&self) -> Result<Vec<PortStatus>, ProductError> {
        let settings = &self.settings;
        let endpoint = settings.endpoint.as_ref();
        let statuses =
            register(&settings.governance, &self.product, endpoint, &self.receipts, settings.clock.now()).await?;
        for (output, status) in self.product.outputs.iter().zip(&statuses) {
            if !status.is_accepted() {
                if matches!(status.acceptance, Acceptance::Waiting(Status::Retired | Status::Rejected)) {
                    self.reader.ports().withdraw(&output.port);
                }
                continue;
            }
            let Some(object) = output.contract.objects.first() else { continue };
            let data = match self.views.get(&output.name) {
                Some(view) => view.clone().into(),
                // Rows of the major's own would be those from before there was a newer one.
                None if output.is_view() => continue,
                None => PortData::from(self.table(&output.port)?),
            };
            let served = ServedPort::new(output.port.clone(), Arc::clone(&output.contract), object, data);
            self.reader.ports().serve(served);
        }
        Ok(statuses)
    }

    /// Registers again and again until `shutdown`: soon while governance is away or somebody has to decide, and each minute
    /// when all is settled, so that a version that is retired is not served for longer than that.
    pub async fn keep_registering(&self, shutdown: CancellationToken) {
        let (mut wait, longest) = RETRY;
        while shutdown.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
            let statuses = self.register().await;
            if let Err(error) = &statuses {
                tracing::warn!(domain = self.product.domain(), %error, "registration failed");
            }
            let settled = statuses.is_ok_and(|statuses| statuses.iter().all(|status| is_settled(&status.acceptance)));
            wait = if settled { longest } else { longest.min(wait * 2) };
        }
    }

    /// Tells governance what is read of the product's ports, until `shutdown`. What governance does not take now is told
    /// later, also by the next process.
    pub async fn keep_reporting(&self, shutdown: CancellationToken) {
        self.consumption.report(&self.settings.governance, shutdown).await;
    }

    pub(crate) fn table(&self, port: &PortVersion) -> Result<PortTable, ProductError> {
        self.tables.get(port).cloned().ok_or_else(|| ProductError::NoPort {
            domain: self.product.domain().to_owned(),
            port: port.name.port().to_owned(),
        })
    }
}

fn is_settled(acceptance: &Acceptance) -> bool {
    let is_over = |status: &Status| matches!(status, Status::Retired | Status::Rejected);
    match acceptance {
        Acceptance::Accepted | Acceptance::Refused(_) => true,
        Acceptance::Waiting(status) => is_over(status),
        Acceptance::AcceptedBefore(_) | Acceptance::Unknown => false,
    }
}
