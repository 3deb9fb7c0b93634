//! The database: SQLite or PostgreSQL, by URL.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migrate as _, Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, SqlSafeStr as _, Transaction};
use tokio::sync::watch;

use super::StoreError;
use crate::error::Error;

/// In WAL mode, only `FULL` syncs the log before a commit is acknowledged.
const SQLITE_WRITER: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000";
const SQLITE_READER: &str = "PRAGMA query_only = ON; PRAGMA busy_timeout = 10000";

/// Extended result codes of SQLite.
const SQLITE_IOERR_FSYNC: &str = "1034";
const SQLITE_IOERR_DIR_FSYNC: &str = "1290";

/// Each file of `migrations/`, which a released program never changes again.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "registry", include_str!("../../migrations/0001_registry.sql")),
    (2, "audit", include_str!("../../migrations/0002_audit.sql")),
    (3, "agreements", include_str!("../../migrations/0003_agreements.sql")),
    (4, "lineage", include_str!("../../migrations/0004_lineage.sql")),
    (5, "events", include_str!("../../migrations/0005_events.sql")),
    (6, "lifecycle", include_str!("../../migrations/0006_lifecycle.sql")),
    (7, "rules", include_str!("../../migrations/0007_rules.sql")),
    (8, "subscriptions", include_str!("../../migrations/0008_subscriptions.sql")),
    (9, "reports", include_str!("../../migrations/0009_reports.sql")),
    (10, "service_levels", include_str!("../../migrations/0010_service_levels.sql")),
];

const MIGRATIONS_TABLE: &str = "_sqlx_migrations";
const CONNECTIONS_MAX: u32 = 8;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(20);

/// The database. SQLite allows one writer at a time and answers "database is locked" to the second, so writers queue for
/// one connection; PostgreSQL sorts its writers out itself.
pub(crate) struct Database {
    reader: AnyPool,
    writer: AnyPool,
    /// Statement that begins a writing transaction.
    begin: &'static str,
    /// A sync to disk failed. The system may since have dropped what it could not write and report success, so nothing
    /// is acknowledged any more until a restart reads what is really there.
    sync_failed: AtomicBool,
    /// Told of each commit of this process.
    committed: watch::Sender<()>,
}

impl Database {
    /// Opens the database and brings its tables up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        let database = if url.starts_with("sqlite:") {
            // The writer first: it creates the file, and readers cannot.
            let writer = sqlite(1, SQLITE_WRITER).connect(url).await.map_err(Error::Open)?;
            let reader = sqlite(CONNECTIONS_MAX, SQLITE_READER).connect_lazy(url).map_err(Error::Open)?;
            Self {
                reader,
                writer,
                begin: "BEGIN IMMEDIATE",
                sync_failed: AtomicBool::new(false),
                committed: watch::Sender::new(()),
            }
        } else {
            let pool = options(CONNECTIONS_MAX).connect(url).await.map_err(Error::Open)?;
            Self {
                reader: pool.clone(),
                writer: pool,
                begin: "BEGIN",
                sync_failed: AtomicBool::new(false),
                committed: watch::Sender::new(()),
            }
        };
        let mut connection = database.writer.acquire().await.map_err(Error::Open)?;
        migrate(&mut connection).await?;
        drop(connection);
        Ok(database)
    }

    pub(crate) fn reader(&self) -> &AnyPool {
        &self.reader
    }

    /// Begins a transaction that writes. Dropped without a commit, it leaves no trace.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        if self.sync_failed.load(Ordering::Acquire) {
            return Err(StoreError::ReadOnly);
        }
        Ok(self.writer.begin_with(self.begin).await?)
    }

    /// Makes a transaction durable.
    pub(crate) async fn commit(&self, transaction: Transaction<'static, Any>) -> Result<(), StoreError> {
        let committed = transaction.commit().await;
        if committed.as_ref().is_err_and(is_failed_sync) {
            self.sync_failed.store(true, Ordering::Release);
            tracing::error!("a sync to disk failed: the registry takes nothing new until it is restarted");
        }
        committed?;
        self.committed.send_replace(());
        Ok(())
    }

    /// Wakes at each commit of this process. Those of other processes on the same database are not told.
    pub(crate) fn committed(&self) -> watch::Receiver<()> {
        self.committed.subscribe()
    }

    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Whether SQLite could not sync its file or its folder. PostgreSQL restarts itself when that happens to it.
fn is_failed_sync(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
}

/// The URL of the SQLite database in the file `path`, which is created when it is not there.
#[must_use]
pub fn sqlite_url(path: &Path) -> String {
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite://{escaped}?mode=rwc")
}

fn options(connections_max: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections_max).acquire_timeout(ACQUIRE_TIMEOUT)
}

fn sqlite(connections_max: u32, pragmas: &'static str) -> AnyPoolOptions {
    options(connections_max).after_connect(move |connection, _| {
        async move { sqlx::raw_sql(pragmas).execute(connection).await.map(drop) }.boxed()
    })
}

fn migrations() -> Vec<Migration> {
    let migration = |(number, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    };
    MIGRATIONS.iter().map(migration).collect()
}

async fn migrate(connection: &mut AnyConnection) -> Result<(), Error> {
    let migrations = migrations();
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or_default();
    connection.ensure_migrations_table(MIGRATIONS_TABLE).await.map_err(Error::Migrate)?;
    let applied = connection.list_applied_migrations(MIGRATIONS_TABLE).await.map_err(Error::Migrate)?;
    if let Some(found) = applied.iter().map(|migration| migration.version).max().filter(|found| *found > known) {
        return Err(Error::Newer { found, known });
    }
    Migrator::with_migrations(migrations).run(connection).await.map_err(Error::Migrate)
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;

    #[tokio::test]
    async fn after_a_failed_sync_nothing_is_written_and_all_is_read() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let database = Database::open(&sqlite_url(&folder.path().join("g.db"))).await.expect("opens");
        database.write().await.expect("it takes writes").rollback().await.expect("rolled back");
        database.sync_failed.store(true, Ordering::Release);
        assert!(matches!(database.write().await, Err(StoreError::ReadOnly)));
        sqlx::query("SELECT domain FROM ports").fetch_all(database.reader()).await.expect("it reads");
    }

    #[tokio::test]
    async fn sqlite_syncs_before_it_acknowledges() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let database = Database::open(&sqlite_url(&folder.path().join("g.db"))).await.expect("opens");
        let setting = async |query: &'static str| sqlx::query(query).fetch_one(&database.writer).await.expect("a row");
        assert_eq!(setting("PRAGMA synchronous").await.get::<i64, _>(0), 2, "FULL");
        assert_eq!(setting("PRAGMA journal_mode").await.get::<String, _>(0), "wal");
        assert_eq!(setting("PRAGMA foreign_keys").await.get::<i64, _>(0), 1);
    }

    #[tokio::test]
    async fn migrations_stand_in_order_and_databases_of_another_order_are_taken() {
        assert!(MIGRATIONS.is_sorted_by_key(|(number, ..)| *number));
        let folder = tempfile::TempDir::new().expect("a folder");
        let url = sqlite_url(&folder.path().join("g.db"));
        let mut other = migrations();
        let last = other.len() - 1;
        other.swap(last - 1, last);
        sqlx::any::install_default_drivers();
        let pool = sqlite(1, SQLITE_WRITER).connect(&url).await.expect("opens");
        Migrator::with_migrations(other).run(&pool).await.expect("its tables");
        pool.close().await;
        Database::open(&url).await.expect("opens");
    }

    #[tokio::test]
    async fn a_reader_cannot_write() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let database = Database::open(&sqlite_url(&folder.path().join("g.db"))).await.expect("opens");
        let written = sqlx::query("INSERT INTO ports VALUES ('a', 'b', 'c')").execute(database.reader()).await;
        assert!(written.is_err());
    }

    #[test]
    fn a_path_survives_its_url() {
        assert_eq!(sqlite_url(Path::new("/data/100% #1?/g.db")), "sqlite:///data/100%25 %231%3F/g.db?mode=rwc");
    }
}
