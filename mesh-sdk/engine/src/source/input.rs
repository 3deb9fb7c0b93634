//! One input port: a contract, a folder, and the table they make together.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::streaming::PartitionStream;
use mesh_contract::Contract;
use url::Url;

use super::RECORD_BYTES_MAX;
use super::column::Column;
use super::error::SourceError;
use super::format::{Format, Storage};
use super::locate::locate;
use super::partition::FilePartition;
use super::rows::Layout;

/// An input port, readable as table `input.<name>`.
#[derive(Clone, Debug)]
pub struct Input {
    name: String,
    contract: Arc<Contract>,
    base: Url,
    record_bytes_max: usize,
}

impl Input {
    /// An input under `contract`; `base` is the URL of the product's folder and ends in `/`.
    #[must_use]
    pub fn new(name: impl Into<String>, contract: Arc<Contract>, base: Url) -> Self {
        Self { name: name.into(), contract, base, record_bytes_max: RECORD_BYTES_MAX }
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

    /// Finds the files and makes them one table, a partition a file. Nothing is read yet: what is wrong inside the
    /// files appears while the table is scanned.
    ///
    /// # Errors
    /// [`SourceError`] when the contract does not say how to read, when no file is there, when a file is outside the
    /// product's folder, or when its storage is not built in.
    pub async fn table(&self, runtime: &RuntimeEnv) -> Result<Arc<dyn TableProvider>, SourceError> {
        let storage = Storage::of(&self.name, &self.contract)?;
        let layout = Arc::new(self.layout(&storage)?);
        let located = locate(&self.name, &storage, &self.base, runtime).await?;
        let partitions = located.files.into_iter().map(|file| -> Arc<dyn PartitionStream> {
            Arc::new(FilePartition {
                store: Arc::clone(&located.store),
                file,
                format: storage.format,
                layout: Arc::clone(&layout),
            })
        });
        let table = StreamingTable::try_new(Arc::clone(&layout.schema), partitions.collect());
        let table = table.map_err(|cause: DataFusionError| self.wrong(cause.to_string()))?;
        Ok(Arc::new(table))
    }

    fn layout(&self, storage: &Storage) -> Result<Layout, SourceError> {
        let object = match self.contract.objects.as_slice() {
            [object] => object,
            objects => {
                return Err(self.wrong(format!("the contract has {} schema objects, expected one", objects.len())));
            }
        };
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
