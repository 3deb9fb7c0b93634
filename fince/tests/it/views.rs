//! Majors that are views, over a data directory: what is listed, what a vacuum keeps, and what one broken model stops.

use std::fs;
use std::path::PathBuf;

use chrono::TimeDelta;
use mesh_contract::PortVersion;
use mesh_engine::EngineError;
use mesh_engine::table::AsOf;
use mesh_sdk::{Node, RunEvents, Selection};

use crate::majors::second_major;
use crate::registration::{Bank, Governance};

/// A bank whose `crash.events` has had two majors: the first published once by itself, and three times as a view.
struct Ground {
    bank: Bank,
    governance: Governance,
}

impl Ground {
    async fn new() -> Self {
        let bank = Bank::new();
        let governance = bank.governance("127.0.0.1:0").await;
        let ground = Self { bank, governance };
        ground.publish().await;
        second_major(&ground.path("mesh"));
        for _ in 0..3 {
            ground.publish().await;
        }
        ground
    }

    fn path(&self, name: &str) -> PathBuf {
        self.bank.folder.path().join(name)
    }

    fn model(&self, name: &str, sql: &str) {
        fs::write(self.path("mesh/domains/crash/models").join(name), sql).expect("a model");
    }

    async fn start(&self) -> Node {
        let (node, statuses) = self.bank.start(&self.path("data"), &self.governance.url).await;
        assert!(statuses.iter().all(mesh_sdk::PortStatus::is_accepted), "{statuses:?}");
        node
    }

    async fn publish(&self) {
        let report = self.start().await.publish(&Selection::All.into(), RunEvents::new(|_| {})).await.expect("a run");
        assert!(report.succeeded(), "{report}");
    }

    /// The versions of a major that are listed, newest first.
    async fn listed(&self, major: u64) -> Vec<u64> {
        let listed = mesh_sdk::snapshots(&self.path("data"), &events(major)).await.expect("a log");
        listed.iter().map(|info| info.version).collect()
    }
}

fn events(major: u64) -> PortVersion {
    PortVersion { name: "crash.events".parse().expect("a name"), major }
}

/// What the first major shows as its version `version`.
async fn read(node: &Node, version: u64) -> Result<u64, EngineError> {
    let served = node.reader().ports().all().into_iter().find(|served| *served.port() == events(1)).expect("served");
    Ok(served.data().as_of(&AsOf::Version(version)).await?.info().version)
}

fn served(node: &Node) -> Vec<String> {
    node.reader().ports().all().iter().map(|served| served.port().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_listed_snapshot_of_a_view_that_was_changed_can_be_read() {
    let ground = Ground::new().await;
    ground.model("events_v1.sql", "SELECT id, amount + 0 AS value FROM crash.events");
    let node = ground.start().await;
    assert_eq!(ground.listed(1).await, [3, 2, 1, 0]);
    ground.publish().await;
    assert_eq!(ground.listed(1).await, [4, 3, 2, 1, 0]);
    for version in ground.listed(1).await {
        assert_eq!(read(&node, version).await.expect("a snapshot"), version);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vacuum_keeps_what_was_built_through_a_view() {
    let ground = Ground::new().await;
    // As if another product had read version 2 of the view, which is version 1 of the table below.
    let log = ground.path("data/lake/crash/totals/_delta_log");
    let newest = fs::read_dir(log).expect("a log").map(|entry| entry.expect("an entry").path());
    let newest = newest.filter(|path| path.extension().is_some_and(|end| end == "json")).max().expect("a commit");
    let commit = fs::read_to_string(&newest).expect("a commit");
    let (own, view) = (r#""port":"crash.events_v2","snapshot":2"#, r#""port":"crash.events_v1","snapshot":2"#);
    assert!(commit.contains(own), "{commit}");
    fs::write(&newest, commit.replace(own, view)).expect("a commit");

    let node = ground.start().await;
    let last = mesh_sdk::snapshots(&ground.path("data"), &events(2)).await.expect("a log")[0].committed_at;
    // Past the port's own retention, which is the default of thirty days.
    let (keep, later) = ("1h".parse().expect("a time"), last + TimeDelta::days(31));
    let done = mesh_sdk::vacuum(&ground.path("data"), node.product(), keep, later, false).await.expect("removed");
    let of_second = done.iter().find(|done| done.port == events(2)).expect("the second major");
    assert_eq!(of_second.vacuumed.snapshots, [0]);
    let node = ground.start().await;
    assert!(matches!(read(&node, 1).await, Err(EngineError::Vacuumed { .. })));
    for version in [0, 2, 3] {
        assert_eq!(read(&node, version).await.expect("a snapshot"), version);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_broken_model_takes_no_more_than_the_views_out_of_service() {
    let ground = Ground::new().await;
    let sql = fs::read_to_string(ground.path("mesh/domains/crash/models/totals.sql")).expect("the model");
    ground.model("totals.sql", "SELEKT nothing");
    assert_eq!(served(&ground.start().await), ["crash.events_v2", "crash.totals_v1"]);
    ground.model("totals.sql", &sql);
    assert_eq!(served(&ground.start().await), ["crash.events_v1", "crash.events_v2", "crash.totals_v1"]);
}
