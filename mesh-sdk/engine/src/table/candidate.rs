//! Staged data that is not a snapshot yet: to be checked, then committed or discarded.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::datasource::provider_as_source;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::LogicalPlanBuilder;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties, TableReference};
use deltalake::kernel::{Action, Add, MetadataExt, StructType};
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::table::config::TableProperty;
use futures::TryStreamExt;
use mesh_contract::Contract;
use object_store::ObjectStoreExt;
use serde_json::{Value, json};

use super::PortTable;
use super::compaction::Compacted;
use super::snapshot::{Snapshot, SnapshotInfo};
use crate::error::EngineError;
use crate::source::InputRead;
use crate::view::{self, Checked};

/// Data files that a run wrote and no snapshot names.
#[derive(Debug)]
pub struct Candidate {
    table: PortTable,
    schema: SchemaRef,
    files: Vec<Add>,
    rows: u64,
    base: Option<Base>,
}

/// The snapshot that a candidate goes on from. When another one was committed meanwhile, the candidate cannot be.
#[derive(Debug)]
struct Base {
    snapshot: Arc<Snapshot>,
    stays: Stays,
}

/// Which of a base's files stay beside the candidate's.
#[derive(Debug)]
enum Stays {
    All,
    Nothing,
    /// All but these, whose rows the candidate holds in fewer files.
    AllBut(BTreeSet<String>),
}

/// What a commit records beside the data.
#[derive(Clone, Copy, Debug)]
pub struct CommitRequest<'a> {
    /// The contract that the candidate was checked against.
    pub contract: &'a Contract,
    /// The run that commits.
    pub run: &'a str,
    /// What the candidate was made of.
    pub inputs: &'a [InputRead],
    /// The SQL that made it.
    pub model: &'a str,
    /// The views that it was checked against as well.
    pub views: &'a [Checked],
}

/// The hash under which a snapshot names its model.
#[must_use]
pub fn model_hash(sql: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(sql.as_bytes()).iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

impl Candidate {
    pub(super) fn new(table: PortTable, schema: SchemaRef, files: Vec<Add>, rows: u64) -> Self {
        Self { table, schema, files, rows, base: None }
    }

    /// The candidate in addition to the rows of `base`.
    #[must_use]
    pub fn appended_to(self, base: Arc<Snapshot>) -> Self {
        Self { base: Some(Base { snapshot: base, stays: Stays::All }), ..self }
    }

    /// The candidate in addition to the rows of `base`, of which those of its small files were staged as `compacted`.
    #[must_use]
    pub(crate) fn appended_beside(mut self, base: Arc<Snapshot>, compacted: Compacted) -> Self {
        let Compacted { rows, replaces } = compacted;
        // The same rows elsewhere are no news to whoever follows the table's changes.
        self.files.extend(rows.files.into_iter().map(|file| Add { data_change: false, ..file }));
        Self { base: Some(Base { snapshot: base, stays: Stays::AllBut(replaces) }), ..self }
    }

    /// The candidate in place of `base`, together with `kept`, the rows of it that stay.
    #[must_use]
    pub fn merged_into(mut self, base: Arc<Snapshot>, kept: Self) -> Self {
        self.files.extend(kept.files);
        self.rows += kept.rows;
        Self { base: Some(Base { snapshot: base, stays: Stays::Nothing }), ..self }
    }

    /// The columns as they are stored.
    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Rows staged.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes staged on storage.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| u64::try_from(file.size).unwrap_or_default()).sum()
    }

    /// The snapshot that it would be, for checks in a session that runs on `runtime`: what was staged, and the rows that
    /// stay beside it.
    ///
    /// # Errors
    /// [`EngineError::Plan`] when the files cannot be addressed.
    pub async fn provider(&self, runtime: &RuntimeEnv) -> Result<Arc<dyn TableProvider>, EngineError> {
        let mut paths: Vec<String> = self.files.iter().map(|file| file.path.clone()).collect();
        if let Some(Base { snapshot, stays: Stays::AllBut(replaced) }) = &self.base {
            let files = snapshot.files(&self.table).await?.into_iter().map(|(path, _)| path);
            paths.extend(files.filter(|path| !replaced.contains(path)));
        }
        let staged = files(&self.table, &self.schema, &paths, runtime)?;
        let base = match &self.base {
            Some(Base { snapshot, stays: Stays::All }) => snapshot,
            _ => return Ok(staged),
        };
        let scan = |name: &str, table| LogicalPlanBuilder::scan(name, provider_as_source(table), None);
        let whole = scan("before", base.provider())?.union(scan("new", staged)?.build()?)?;
        Ok(Arc::new(ViewTable::new(whole.build()?, None)))
    }

    /// Makes the candidate the table's newest snapshot, atomically.
    ///
    /// # Errors
    /// [`EngineError::Table`] when another run committed meanwhile or the log cannot be written; the old snapshot then
    /// stays the newest.
    pub async fn commit(self, request: CommitRequest<'_>) -> Result<SnapshotInfo, EngineError> {
        let table = self.table.clone();
        let (old, stays) = match &self.base {
            Some(base) => (Some(Arc::clone(&base.snapshot)), !matches!(base.stays, Stays::Nothing)),
            None => (table.newest().await?, false),
        };
        let provenance = self.provenance(request, old.as_deref()).await?;
        let committed = match &old {
            None => self.create(request.contract, provenance).await,
            Some(old) if stays => self.append(old, provenance).await,
            Some(old) => self.replace(old, provenance).await,
        };
        committed.map_err(|source| table.failed("committed", source))?;
        let missing =
            || EngineError::NoSnapshot { table: table.name().to_owned(), as_of: "its newest version".to_owned() };
        Ok(table.newest().await?.ok_or_else(missing)?.info().clone())
    }

    /// Gives the candidate up and removes its files.
    ///
    /// # Errors
    /// [`EngineError::Table`] when a file could not be removed; it is then only wasted space.
    pub async fn discard(self) -> Result<(), EngineError> {
        let store = self.table.inner.log.object_store(None);
        for file in &self.files {
            let path = object_store::path::Path::from(file.path.as_str());
            store.delete(&path).await.map_err(|source| self.table.failed("removed", source.into()))?;
        }
        Ok(())
    }

    async fn create(self, contract: &Contract, provenance: Provenance) -> Result<(), deltalake::DeltaTableError> {
        let columns = self.delta_schema()?.fields().cloned().collect::<Vec<_>>();
        let properties = CommitProperties::default().with_max_retries(0).with_metadata(provenance);
        CreateBuilder::new()
            .with_log_store(Arc::clone(&self.table.inner.log))
            .with_save_mode(SaveMode::ErrorIfExists)
            .with_columns(columns)
            .with_table_name(self.table.name())
            .with_comment(contract.description.purpose.clone().unwrap_or_default())
            .with_commit_properties(properties)
            // The log says what each snapshot was made of. Data files have a retention, that record has none.
            .with_configuration_property(TableProperty::EnableExpiredLogCleanup, Some("false"))
            .with_actions(self.files.into_iter().map(Action::Add))
            .await
            .map(drop)
    }

    async fn replace(self, old: &Snapshot, provenance: Provenance) -> Result<(), deltalake::DeltaTableError> {
        let log = &self.table.inner.log;
        let removed: Vec<Action> = old
            .delta()
            .file_views(log.as_ref(), None)
            .map_ok(|file| Action::Remove(file.remove_action(true)))
            .try_collect()
            .await?;
        let schema = self.delta_schema()?;
        let changed = (*old.delta().schema() != schema).then(|| old.delta().metadata().clone().with_schema(&schema));
        let mut actions: Vec<Action> = changed.transpose()?.map(Action::Metadata).into_iter().collect();
        actions.extend(removed);
        actions.extend(self.files.into_iter().map(Action::Add));
        let operation = DeltaOperation::Write { mode: SaveMode::Overwrite, partition_by: None, predicate: None };
        CommitBuilder::from(CommitProperties::default().with_metadata(provenance))
            .with_max_retries(0)
            .with_actions(actions)
            .build(Some(old.delta() as &dyn TableReference), Arc::clone(log), operation)
            .await
            .map(drop)
    }

    async fn append(self, base: &Snapshot, mut provenance: Provenance) -> Result<(), deltalake::DeltaTableError> {
        let rows = base.info().rows.unwrap_or_default() + self.rows;
        provenance.retain(|(key, _)| key != ROWS);
        provenance.push((ROWS.to_owned(), json!(rows)));
        let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
        let mut actions = self.compacted_away(base).await?;
        actions.extend(self.files.into_iter().map(Action::Add));
        CommitBuilder::from(CommitProperties::default().with_metadata(provenance))
            .with_max_retries(0)
            .with_actions(actions)
            .build(Some(base.delta() as &dyn TableReference), Arc::clone(&self.table.inner.log), operation)
            .await
            .map(drop)
    }

    /// The base's files whose rows the candidate holds in fewer.
    async fn compacted_away(&self, base: &Snapshot) -> Result<Vec<Action>, deltalake::DeltaTableError> {
        let Some(Base { stays: Stays::AllBut(replaced), .. }) = &self.base else { return Ok(Vec::new()) };
        base.delta()
            .file_views(self.table.inner.log.as_ref(), None)
            .try_filter_map(async |file| {
                Ok(replaced.contains(file.path().as_ref()).then(|| Action::Remove(file.remove_action(false))))
            })
            .try_collect()
            .await
    }

    fn delta_schema(&self) -> Result<StructType, deltalake::DeltaTableError> {
        Ok(self.schema.as_ref().try_into_kernel()?)
    }

    async fn provenance(&self, request: CommitRequest<'_>, old: Option<&Snapshot>) -> Result<Provenance, EngineError> {
        let contract = request.contract;
        let views = view::seen(request.views, old).await?;
        Ok(vec![
            ("fince.run".to_owned(), json!(request.run)),
            ("fince.contract.id".to_owned(), json!(contract.id)),
            ("fince.contract.version".to_owned(), json!(contract.version.to_string())),
            ("fince.contract.hash".to_owned(), json!(contract.hash.as_str())),
            (ROWS.to_owned(), json!(self.rows)),
            ("fince.model".to_owned(), json!(model_hash(request.model))),
            ("fince.inputs".to_owned(), json!(request.inputs)),
            ("fince.views".to_owned(), json!(views)),
        ])
    }
}

/// What a commit records beside the data, by key.
type Provenance = Vec<(String, Value)>;

/// Where a commit says how many rows its snapshot has.
const ROWS: &str = "fince.rows";

/// Data files of a table as one table of their own.
pub(super) fn files(
    table: &PortTable,
    schema: &SchemaRef,
    paths: &[String],
    runtime: &RuntimeEnv,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    if paths.is_empty() {
        return Ok(Arc::new(datafusion::datasource::MemTable::try_new(Arc::clone(schema), vec![vec![]])?));
    }
    let store = store_url(&table.inner.url)?;
    runtime.register_object_store(store.as_ref(), Arc::clone(&table.inner.root));
    let folder = table.inner.url.as_str().trim_end_matches('/');
    let urls = paths.iter().map(|path| ListingTableUrl::parse(format!("{folder}/{path}")));
    let format = ParquetFormat::default().with_force_view_types(false);
    let config = ListingTableConfig::new_with_multi_paths(urls.collect::<Result<Vec<_>, _>>()?)
        .with_listing_options(ListingOptions::new(Arc::new(format)))
        .with_schema(Arc::clone(schema));
    Ok(Arc::new(ListingTable::try_new(config)?))
}

fn store_url(table: &url::Url) -> Result<ObjectStoreUrl, EngineError> {
    let mut url = table.clone();
    url.set_path("");
    Ok(ObjectStoreUrl::parse(url)?)
}
