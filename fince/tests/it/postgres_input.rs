//! A product made of a PostgreSQL table, from `fince publish` to the record of its runs. The server is the one that
//! `FINCE_TEST_POSTGRES_URL` names, as `cargo xtask test` starts it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio_postgres::{Client, NoTls};
use url::Url;

use crate::mesh::{fince, free_base};
use crate::run::{Ran, ran};
use crate::small_product::{contract, write_mesh};

/// Rows at first: enough that reading them takes a while.
const ROWS: i64 = 400_000;

/// A mesh folder, a data directory, and the schema in which the product's table is.
struct Ground {
    folder: tempfile::TempDir,
    admin: Client,
    schema: String,
    server: Url,
    base: u16,
}

impl Ground {
    /// `None` without a server.
    async fn new() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "a test may be told where its database server is")]
        let server: Url = std::env::var("FINCE_TEST_POSTGRES_URL").ok()?.parse().expect("a url");
        let (admin, connection) = tokio_postgres::connect(server.as_str(), NoTls).await.expect("the server");
        tokio::spawn(connection);
        let schema = format!("fince_{}", std::process::id());
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Self { folder, admin, schema, server, base: free_base() };
        ground
            .sql(&format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}; SET search_path = {0}", ground.schema))
            .await;
        ground.sql("CREATE TABLE events (id bigint PRIMARY KEY, value bigint NOT NULL)").await;
        ground.sql(&format!("INSERT INTO events SELECT id, id % 1000 FROM generate_series(1, {ROWS}) id")).await;
        ground.write_product();
        Some(ground)
    }

    async fn sql(&self, sql: &str) {
        self.admin.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The small product, with its input in the database and read by its identity.
    fn write_product(&self) {
        let mesh = self.mesh();
        write_mesh(&mesh);
        let (host, port) = (self.server.host_str().expect("a host"), self.server.port().unwrap_or(5432));
        let servers = format!(
            "servers:\n  - {{server: core, type: postgres, host: {host}, port: {port}, database: postgres, schema: {}}}\n\
             customProperties:\n  - {{property: watermark, value: id}}\n",
            self.schema
        );
        let input = contract("urn:test:crash:input:events", "events", &servers, &["id", "value"]);
        fs::write(mesh.join("domains/crash/inputs/events.odcs.yaml"), input).expect("a file");
        let manifest = mesh.join("domains/crash/product.odps.yaml");
        let text = fs::read_to_string(&manifest).expect("the manifest");
        let events = "contractId: urn:test:crash:events}";
        assert!(text.contains(events));
        let appended = events.replace('}', ", customProperties: [{property: materialization, value: append}]}");
        fs::write(&manifest, text.replace(events, &appended)).expect("a file");
    }

    fn mesh(&self) -> PathBuf {
        self.folder.path().join("mesh")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let data: &Path = &self.folder.path().join("data");
        let mut command = fince(&self.mesh(), data, self.base);
        let mut url = self.server.clone();
        url.set_query(Some(&format!("application_name={}", self.schema)));
        command.args(arguments).env("FINCE_INPUT_EVENTS", url.as_str());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().expect("runs"))
    }

    /// What the record of the last run says of the port that reads the table.
    fn last(&self) -> Value {
        let told = self.run(&["runs", "crash", "--format", "json", "-n", "1"]);
        let runs: Value = serde_json::from_str(&told.stdout).expect("json");
        let ports = runs[0]["ports"].as_array().expect("ports").clone();
        ports.into_iter().find(|port| port["port"] == "events").expect("the port")
    }

    fn versions(&self) -> usize {
        let told = self.run(&["snapshots", "crash.events", "--format", "json"]);
        serde_json::from_str::<Value>(&told.stdout).expect("json").as_array().expect("snapshots").len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_published_followed_and_never_half_read() {
    let Some(ground) = Ground::new().await else { return };
    assert_eq!(ground.run(&["publish", "crash"]).code, 0);
    assert_eq!((ground.last()["rows"].as_i64(), ground.versions()), (Some(ROWS), 1));

    ground.sql("INSERT INTO events VALUES (500001, 7), (500002, 7)").await;
    assert_eq!(ground.run(&["publish", "crash"]).code, 0);
    assert_eq!((ground.last()["rows"].as_i64(), ground.versions()), (Some(2), 2), "only what is new is read");

    ground.sql("ALTER TABLE events RENAME COLUMN value TO amount; INSERT INTO events VALUES (500003, 7)").await;
    let drifted = ground.run(&["publish", "crash"]);
    assert!(
        drifted.code != 0 && drifted.stderr.contains("FC-1010") && drifted.stderr.contains("`value`"),
        "{}",
        drifted.stderr
    );
    assert_eq!((ground.last()["outcome"]["code"].as_str(), ground.versions()), (Some("FC-1010"), 2));
    ground.sql("ALTER TABLE events RENAME COLUMN amount TO value").await;

    killed_in_mid_run(&ground).await;
    assert_eq!(ground.run(&["publish", "crash", "--full"]).code, 0);
    assert_eq!((ground.last()["rows"].as_i64(), ground.versions()), (Some(ROWS + 3), 3));
    ground.sql(&format!("DROP SCHEMA {} CASCADE", ground.schema)).await;
}

/// The server ends every session of the run, at each of its tries.
async fn killed_in_mid_run(ground: &Ground) {
    let mut publish = ground.command(&["publish", "crash", "--full"]);
    let child = publish.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut child = tokio::task::spawn_blocking(move || child.wait_with_output());
    let ended = loop {
        tokio::select! {
            ended = &mut child => break ended.expect("joins").expect("ends"),
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
        let sessions =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND query LIKE 'COPY%'";
        ground.admin.query(sessions, &[&ground.schema]).await.expect("ended");
    };
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && told.contains("keep their old snapshot in service"), "{told}");
    assert_eq!(ground.versions(), 2, "{told}");
    assert!(ground.last()["outcome"]["code"].is_string(), "{}", ground.last());
}
