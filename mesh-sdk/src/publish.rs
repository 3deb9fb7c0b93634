//! Publishing: the product's models built, checked and committed, port by port.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mesh_api::lineage::{Emitter, EmitterSettings};
use mesh_contract::PortVersion;
use mesh_engine::model::Model;
use mesh_engine::run::{Pipeline, PipelinePort, Reproduction, Run, RunEvent, RunEvents, RunReport};
use mesh_engine::source::Upstream;
use mesh_engine::table::{PortTable, SnapshotInfo};
use mesh_engine::{EngineError, source};
use url::Url;

use crate::error::ProductError;
use crate::lake;
use crate::lineage_record::LineageRecord;
use crate::node::Node;
use crate::product::Output;
use crate::upstream::CatalogUpstream;

/// What to publish, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publishing {
    /// Which ports.
    pub selection: Selection,
    /// From all of their inputs, whatever their materialization.
    pub anew: bool,
    /// Built and checked, and not committed.
    pub rehearsal: bool,
}

impl From<Selection> for Publishing {
    fn from(selection: Selection) -> Self {
        Self { selection, anew: false, rehearsal: false }
    }
}

/// Which ports to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every port of the product.
    All,
    /// These ports, and the ports that they are made of.
    Ports(Vec<String>),
    /// These ports, from the snapshots in service.
    Only(Vec<String>),
}

/// How long a publish that is done waits for whoever is told of its lineage.
const LINEAGE_PATIENCE: Duration = Duration::from_secs(2);

impl Node {
    /// Builds, checks and commits. What failed is in the report: its old snapshot stays in service. One product must
    /// be published by one caller at a time.
    ///
    /// # Errors
    /// [`ProductError`] when the run could not begin: a port that is not there, a model that is no query, a cycle.
    pub async fn publish(&self, publishing: &Publishing, events: RunEvents) -> Result<RunReport, ProductError> {
        let settings = &self.settings;
        let id = settings.clock.now().format("%Y%m%dT%H%M%S%3fZ").to_string();
        let lineage = LineageRecord::default();
        let emitter = Arc::new(Emitter::start(settings.lineage.clone(), EmitterSettings::default())?);
        let events = events.and(lineage.listener()).and(emitting(&emitter));
        let run =
            Run::new(id.clone(), settings.clock.clone(), &settings.data, settings.disk.clone()).with_events(events);
        let run = if publishing.anew { run.anew() } else { run };
        let run = if publishing.rehearsal { run.rehearsal() } else { run };
        let run = match &publishing.selection {
            Selection::All => run,
            Selection::Ports(ports) => {
                self.known(ports)?;
                run.with_ports(ports.clone())
            }
            Selection::Only(ports) => {
                self.known(ports)?;
                run.with_only(ports.clone())
            }
        };
        let report = run.execute(&self.pipeline()?).await?;
        drop(run);
        if let Some(emitter) = Arc::into_inner(emitter) {
            emitter.close(LINEAGE_PATIENCE).await;
        }
        let folder = lake::runs_folder(&settings.data, self.product.domain());
        lineage.write(&folder.join(format!("{id}.openlineage.jsonl")));
        Ok(report)
    }

    /// Makes a snapshot again from exactly what it was made of, and compares.
    ///
    /// # Errors
    /// [`ProductError`] when the port is not there, its model has changed since, or an input is not as it was.
    pub async fn reproduce(&self, port: &PortVersion, version: u64) -> Result<Reproduction, ProductError> {
        let output = self.product.outputs.iter().find(|output| output.port == *port);
        let no_port = || ProductError::NoPort { domain: self.product.domain().to_owned(), port: port.table() };
        let name = &output.ok_or_else(no_port)?.name;
        Ok(self.pipeline()?.reproduce(name, version, &self.settings.data.join("spill")).await?)
    }

    /// The ports in service that were never published.
    ///
    /// # Errors
    /// [`ProductError::Engine`] when a table's log cannot be read.
    pub async fn without_snapshot(&self) -> Result<Vec<String>, ProductError> {
        let snapshots = self.newest_snapshots().await?;
        Ok(snapshots.into_iter().filter_map(|(port, newest)| newest.is_none().then_some(port)).collect())
    }

    /// What is known of the newest snapshot of each port in service; `None` for one that was never published.
    ///
    /// # Errors
    /// As [`Node::without_snapshot`].
    pub async fn newest_snapshots(&self) -> Result<BTreeMap<String, Option<SnapshotInfo>>, ProductError> {
        let mut snapshots = BTreeMap::new();
        for served in self.reader.ports().all() {
            let output = self.product.outputs.iter().find(|output| output.port == *served.port());
            let newest = served.data().newest().await?;
            snapshots.extend(output.map(|output| (output.name.clone(), newest.map(|newest| newest.info().clone()))));
        }
        Ok(snapshots)
    }

    fn known(&self, ports: &[String]) -> Result<(), ProductError> {
        let domain = self.product.domain();
        let unknown = ports.iter().find(|port| !self.product.outputs.iter().any(|output| output.name == **port));
        match unknown {
            Some(port) => Err(ProductError::NoPort { domain: domain.to_owned(), port: port.clone() }),
            None => Ok(()),
        }
    }

    /// Other products' ports, as this product reads them.
    pub(crate) fn upstream(&self) -> CatalogUpstream {
        CatalogUpstream { governance: self.settings.governance.clone(), token: self.settings.token.clone() }
    }

    pub(crate) fn pipeline(&self) -> Result<Pipeline, ProductError> {
        let product = &self.product;
        let folder = std::path::absolute(&product.folder)
            .map_err(|source| ProductError::Read { file: product.folder.clone(), source })?;
        let base = Url::from_directory_path(&folder).map_err(|()| ProductError::Read {
            file: folder.clone(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidInput, "it has no absolute path"),
        })?;
        let catalog: Arc<dyn Upstream> = Arc::new(self.upstream());
        let inputs = product
            .inputs
            .iter()
            .map(|input| {
                let (name, contract) = (input.name.clone(), Arc::clone(&input.contract));
                match &input.upstream {
                    Some(port) => source::Input::port(name, contract, port.clone(), Arc::clone(&catalog)),
                    None => {
                        let own = source::Input::new(name, contract, base.clone());
                        match self.settings.databases.get(&input.name) {
                            Some(url) => own.with_database(url.clone()),
                            None => own,
                        }
                    }
                }
            })
            .collect();
        let ports = product
            .outputs
            .iter()
            .map(|output| {
                let file = output.model_file.display().to_string();
                let model =
                    Model::parse(output.name.as_str(), file, output.model.clone()).map_err(EngineError::from)?;
                Ok(PipelinePort {
                    model,
                    contract: Arc::clone(&output.contract),
                    table: self.table(&output.port)?,
                    materialization: output.materialization,
                    shown: self.shown(output)?,
                })
            })
            .collect::<Result<Vec<_>, ProductError>>()?;
        let functions = product.functions.clone();
        Ok(Pipeline::new(product.domain(), inputs, ports, functions)?)
    }

    /// Tables of newer majors that a view may have shown, also of majors that have ended: its snapshots are in them.
    fn shown(&self, output: &Output) -> Result<Vec<(u64, PortTable)>, ProductError> {
        if !output.is_view() {
            return Ok(Vec::new());
        }
        let settings = &self.settings;
        let newer = lake::newer(&settings.data, &output.port)?.into_iter().map(|port| {
            let own = self.table(&port);
            let table = own.or_else(|_| lake::table(&settings.data, &settings.disk, &port))?;
            Ok((port.major, table))
        });
        newer.collect()
    }
}

/// Hands each OpenLineage event of a run to whoever is to be told.
fn emitting(emitter: &Arc<Emitter>) -> impl Fn(&RunEvent<'_>) + Send + Sync + 'static {
    let emitter = Arc::clone(emitter);
    move |event| {
        if let RunEvent::OpenLineage(event) = event {
            emitter.emit(event);
        }
    }
}
