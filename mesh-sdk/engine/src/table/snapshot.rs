//! One immutable committed state of a port's data.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::Schema;
use datafusion::catalog::TableProvider;
use datafusion::prelude::{SessionConfig, SessionContext};
use deltalake::DeltaTable;
use deltalake::kernel::{Action, CommitInfo, EagerSnapshot, Version};
use deltalake::logstore::{LogStoreRef, get_actions};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};

use super::PortTable;
use crate::error::EngineError;
use crate::hot::Slot;
use crate::source::InputRead;
use crate::view::SeenView;

/// Which snapshot is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AsOf {
    /// The snapshot of this version.
    Version(Version),
    /// The newest snapshot committed at or before this time.
    Time(DateTime<Utc>),
}

/// What is known of a snapshot without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotInfo {
    /// The Delta version: 0, 1, 2, …
    pub version: Version,
    /// When it was committed.
    pub committed_at: DateTime<Utc>,
    /// The run that committed it.
    pub run: Option<String>,
    /// Version of the contract it was checked against.
    pub contract_version: Option<String>,
    /// Hash of that contract.
    pub contract_hash: Option<String>,
    /// Rows.
    pub rows: Option<u64>,
    /// What it was made of.
    #[serde(default)]
    pub inputs: Vec<InputRead>,
    /// Hash of the model that made it.
    #[serde(default)]
    pub model: Option<String>,
    /// Views whose contracts its rows keep as well, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub views: BTreeMap<String, SeenView>,
}

/// An opened snapshot.
pub struct Snapshot {
    info: SnapshotInfo,
    provider: Arc<dyn TableProvider>,
    delta: EagerSnapshot,
    slot: Slot,
}

impl Snapshot {
    pub(super) async fn open(log: &LogStoreRef, version: Version) -> Result<Self, deltalake::DeltaTableError> {
        let delta = EagerSnapshot::try_new(log.as_ref(), Some(version)).await?;
        let info = commit_info(log, version).await?.map_or_else(
            || SnapshotInfo {
                version,
                committed_at: DateTime::from_timestamp_millis(delta.version_timestamp(version).unwrap_or_default())
                    .unwrap_or_default(),
                run: None,
                contract_version: None,
                contract_hash: None,
                rows: None,
                inputs: Vec::new(),
                model: None,
                views: BTreeMap::new(),
            },
            |commit| describe(version, &commit),
        );
        // String views halve the throughput of large batches on the wire, so text is read as plain strings.
        let mut config = SessionConfig::new();
        config.options_mut().execution.parquet.schema_force_view_types = false;
        // Without it not even row groups are skipped: a lookup of one row would decode the table.
        config.options_mut().execution.parquet.pushdown_filters = true;
        let session = Arc::new(SessionContext::new_with_config(config).state());
        let provider = DeltaTable::new(Arc::clone(log))
            .table_provider()
            .with_eager_snapshot(delta.clone())
            .with_session(session)
            .build()
            .await?;
        Ok(Self { info, provider: Arc::new(provider), delta, slot: Slot::default() })
    }

    /// What it is.
    #[must_use]
    pub fn info(&self) -> &SnapshotInfo {
        &self.info
    }

    /// Its rows, ungoverned: for checks and for the governed table only.
    pub(crate) fn provider(&self) -> Arc<dyn TableProvider> {
        Arc::clone(&self.provider)
    }

    /// The same snapshot with other rows and under another version: what a view makes of them.
    pub(crate) fn seen_as(&self, version: Version, rows: Arc<dyn TableProvider>) -> Self {
        Self {
            info: SnapshotInfo { version, ..self.info.clone() },
            provider: rows,
            delta: self.delta.clone(),
            slot: Slot::default(),
        }
    }

    /// Its place among the snapshots held in memory.
    pub(crate) fn slot(&self) -> &Slot {
        &self.slot
    }

    /// Whether its rows have the columns of `schema`, by name and type.
    pub(crate) fn has_columns_of(&self, schema: &Schema) -> bool {
        let own = self.provider.schema();
        own.fields().len() == schema.fields().len()
            && own
                .fields()
                .iter()
                .zip(schema.fields())
                .all(|(own, wanted)| own.name() == wanted.name() && own.data_type() == wanted.data_type())
    }

    /// Its data files: path below the table's folder, and bytes.
    pub(super) async fn files(&self, table: &PortTable) -> Result<Vec<(String, u64)>, EngineError> {
        let files = self.delta.file_views(table.inner.log.as_ref(), None);
        let files = files.map_ok(|file| (file.path().into_owned(), u64::try_from(file.size()).unwrap_or_default()));
        files.try_collect().await.map_err(|source| table.failed("read", source))
    }

    pub(super) fn delta(&self) -> &EagerSnapshot {
        &self.delta
    }
}

/// All snapshots, newest first.
pub(super) async fn history(log: &LogStoreRef) -> Result<Vec<SnapshotInfo>, deltalake::DeltaTableError> {
    let mut table = DeltaTable::new(Arc::clone(log));
    table.load().await?;
    let versions = (0..=table.version().unwrap_or_default()).rev();
    let commits: Vec<CommitInfo> = table.history(None).try_collect().await?;
    Ok(versions.zip(commits).map(|(version, commit)| describe(version, &commit)).collect())
}

/// The commit's own record, where its log entry is still there.
async fn commit_info(log: &LogStoreRef, version: Version) -> Result<Option<CommitInfo>, deltalake::DeltaTableError> {
    let Some(entry) = log.read_commit_entry(version).await? else { return Ok(None) };
    let actions = get_actions(version, &entry)?;
    Ok(actions.into_iter().find_map(|action| match action {
        Action::CommitInfo(info) => Some(info),
        _ => None,
    }))
}

fn describe(version: Version, commit: &CommitInfo) -> SnapshotInfo {
    let text = |key: &str| commit.info.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    let value = |key: &str| commit.info.get(key).cloned();
    SnapshotInfo {
        version,
        committed_at: DateTime::from_timestamp_millis(commit.timestamp.unwrap_or_default()).unwrap_or_default(),
        run: text("fince.run"),
        contract_version: text("fince.contract.version"),
        contract_hash: text("fince.contract.hash"),
        rows: commit.info.get("fince.rows").and_then(serde_json::Value::as_u64),
        inputs: value("fince.inputs").and_then(|inputs| serde_json::from_value(inputs).ok()).unwrap_or_default(),
        model: text("fince.model"),
        views: value("fince.views").and_then(|views| serde_json::from_value(views).ok()).unwrap_or_default(),
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "version {version}"),
            Self::Time(time) => write!(f, "{}", time.to_rfc3339()),
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("info", &self.info).finish_non_exhaustive()
    }
}
