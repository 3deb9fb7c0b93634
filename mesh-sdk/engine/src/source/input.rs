//! One input port: a contract, where its data is, and the table they make together.

mod past;

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::streaming::PartitionStream;
use mesh_contract::model::SchemaObject;
use mesh_contract::{Contract, PortVersion};
use mesh_lineage::Dataset;
use object_store::ObjectStore;
use url::Url;

use super::RECORD_BYTES_MAX;
use super::column::Column;
use super::error::SourceError;
use super::format::{Format, Storage};
use super::locate::{File, locate};
use super::partition::FilePartition;
use super::postgres::{self, DatabaseUrl, Rows};
use super::rows::Layout;
use super::state::InputState;
use super::upstream::{self, Upstream};

/// An input port, readable as table `input.<name>`.
#[derive(Clone, Debug)]
pub struct Input {
    name: String,
    contract: Arc<Contract>,
    origin: Origin,
    record_bytes_max: usize,
}

/// Where an input's data is.
#[derive(Clone, Debug)]
enum Origin {
    /// Files, where the contract's server says; relative ones below this URL, which ends in `/`.
    Files(Url),
    /// A database, where the contract's server says, or this.
    Database(Option<Box<DatabaseUrl>>),
    /// Another product's port.
    Port(PortVersion, Arc<dyn Upstream>),
}

/// An input as a run reads it.
#[derive(Clone, Debug)]
pub struct OpenInput {
    /// Its rows.
    pub table: Arc<dyn TableProvider>,
    /// What was there: with what was read before, where only the rest is in the table.
    pub state: InputState,
    /// Whether the table holds anything that an earlier run did not see.
    pub is_new: bool,
    /// Files in the table that an earlier run read with other content.
    pub changed: Vec<String>,
}

impl Input {
    /// An input under `contract`, whose first server says where the data is; `base` is the URL of the product's folder and
    /// ends in `/`.
    #[must_use]
    pub fn new(name: impl Into<String>, contract: Arc<Contract>, base: Url) -> Self {
        let origin = if postgres::is_postgres(&contract) { Origin::Database(None) } else { Origin::Files(base) };
        Self { name: name.into(), contract, origin, record_bytes_max: RECORD_BYTES_MAX }
    }

    /// Where an input that is a database is, and as whom it is read; other inputs stay as they are. What the URL leaves
    /// out comes from the contract.
    #[must_use]
    pub fn with_database(mut self, url: DatabaseUrl) -> Self {
        if let Origin::Database(place) = &mut self.origin {
            *place = Some(Box::new(url));
        }
        self
    }

    /// The port of another product as an input; `contract` is the version of its contract that this product was made
    /// for.
    #[must_use]
    pub fn port(
        name: impl Into<String>,
        contract: Arc<Contract>,
        port: PortVersion,
        upstream: Arc<dyn Upstream>,
    ) -> Self {
        let origin = Origin::Port(port, upstream);
        Self { name: name.into(), contract, origin, record_bytes_max: RECORD_BYTES_MAX }
    }

    /// Changes the most bytes that one record may have (default [`RECORD_BYTES_MAX`]).
    #[must_use]
    pub fn with_record_bytes_max(mut self, bytes: usize) -> Self {
        self.record_bytes_max = bytes.max(1);
        self
    }

    /// The name, as models write it after `input.`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The contract it is read under.
    #[must_use]
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// What lineage calls it: another product's port by the port's name, anything else as this product's own input.
    #[must_use]
    pub fn dataset(&self, namespace: &str, domain: &str) -> Dataset {
        match &self.origin {
            Origin::Port(port, _) => Dataset::port(namespace, port),
            Origin::Files(_) | Origin::Database(_) => Dataset::new(namespace, format!("{domain}.input.{}", self.name)),
        }
    }

    /// Finds the data and makes it one table: a partition a file, or a query to the database or the other product. No rows
    /// are read yet: what is wrong with them appears while the table is scanned. With `since`, files that are as they were
    /// then are left out, and a table that is read by a watermark is read strictly above it (see
    /// [`Watermark`](super::Watermark)); a table without one and a port of another product are always read whole.
    ///
    /// # Errors
    /// [`SourceError`] when the contract does not say how to read, when no file is there, when a file is outside the
    /// product's folder, when its storage is not built in, and when a database or another product's port is away, refuses
    /// or no longer has the declared columns.
    pub async fn open(&self, runtime: &RuntimeEnv, since: Option<&InputState>) -> Result<OpenInput, SourceError> {
        match &self.origin {
            Origin::Files(base) => self.files(base, runtime, since).await,
            Origin::Database(url) => {
                postgres::open(&self.declared(url.as_deref())?, since.map_or(Rows::All, Rows::Above)).await
            }
            Origin::Port(port, upstream) => {
                let declared = mesh_contract::arrow::schema(&self.contract, self.object()?);
                let (table, state) = upstream::open(&self.name, port, upstream, &declared, None).await?;
                Ok(OpenInput { table, is_new: since != Some(&state), state, changed: Vec::new() })
            }
        }
    }

    /// Whether [`Input::open`] can leave out what an earlier run read: files, and a table that is read by a watermark.
    #[must_use]
    pub fn is_incremental(&self) -> bool {
        match self.origin {
            Origin::Files(_) => true,
            Origin::Database(_) => postgres::has_watermark(&self.contract),
            Origin::Port(..) => false,
        }
    }

    fn declared<'a>(&'a self, url: Option<&'a DatabaseUrl>) -> Result<postgres::Declared<'a>, SourceError> {
        let (input, contract, object) = (self.name.as_str(), self.contract.as_ref(), self.object()?);
        Ok(postgres::Declared { input, contract, object, url, record_bytes_max: self.record_bytes_max })
    }

    async fn files(
        &self,
        base: &Url,
        runtime: &RuntimeEnv,
        since: Option<&InputState>,
    ) -> Result<OpenInput, SourceError> {
        let storage = Storage::of(&self.name, &self.contract)?;
        let layout = Arc::new(self.layout(&storage)?);
        let located = locate(&self.name, &storage, base, runtime).await?;
        let (files, changed) = match since {
            Some(since) => since.news(located.files),
            None => (located.files, Vec::new()),
        };
        let read = InputState::Files { files: files.iter().map(File::state).collect() };
        let state = since.map_or_else(|| read.clone(), |since| since.and(read.clone()));
        let is_new = !files.is_empty();
        if !is_new {
            let table = Arc::new(EmptyTable::new(Arc::clone(&layout.schema)));
            return Ok(OpenInput { table, state, is_new, changed });
        }
        let table = self.table(&storage, &layout, &located.store, files)?;
        Ok(OpenInput { table, state, is_new, changed })
    }

    fn table(
        &self,
        storage: &Storage,
        layout: &Arc<Layout>,
        store: &Arc<dyn ObjectStore>,
        files: Vec<File>,
    ) -> Result<Arc<dyn TableProvider>, SourceError> {
        let partitions = files.into_iter().map(|file| -> Arc<dyn PartitionStream> {
            Arc::new(FilePartition {
                store: Arc::clone(store),
                file,
                format: storage.format,
                layout: Arc::clone(layout),
            })
        });
        let table = StreamingTable::try_new(Arc::clone(&layout.schema), partitions.collect());
        Ok(Arc::new(table.map_err(|cause: DataFusionError| self.wrong(cause.to_string()))?))
    }

    fn object(&self) -> Result<&SchemaObject, SourceError> {
        match self.contract.objects.as_slice() {
            [object] => Ok(object),
            objects => Err(self.wrong(format!("the contract has {} schema objects, expected one", objects.len()))),
        }
    }

    fn layout(&self, storage: &Storage) -> Result<Layout, SourceError> {
        let object = self.object()?;
        let schema = mesh_contract::arrow::schema(&self.contract, object);
        let columns =
            object.properties.iter().zip(schema.fields()).map(|(property, field)| Column::new(property, field));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(|what| self.wrong(what))?;
        if let (Format::Csv { .. }, Some(nested)) = (storage.format, columns.iter().find(|column| !column.is_flat())) {
            return Err(self.wrong(format!("column `{}` is nested, which CSV cannot hold", nested.name)));
        }
        Ok(Layout {
            input: self.name.clone(),
            schema,
            columns,
            null_values: storage.null_values.clone(),
            record_bytes_max: self.record_bytes_max,
        })
    }

    fn wrong(&self, what: String) -> SourceError {
        SourceError::Declaration { input: self.name.clone(), what, help: "correct the input contract".into() }
    }
}
