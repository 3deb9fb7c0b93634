//! A product serves only what governance accepted, and goes on serving it while governance is away.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{Deprecate, RegistrationStatus, Transition};
use mesh_engine::QueryLimits;
use mesh_engine::durable::Disk;
use mesh_policy::{AUDIENCE, Clock, Identity, Principal, Sealer};
use mesh_sdk::function::Functions;
use mesh_sdk::{Acceptance, Node, NodeSettings, PortStatus, Product};
use semver::Version;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::small_product::write_mesh;

pub(crate) struct Bank {
    pub(crate) folder: tempfile::TempDir,
    issuer: Sealer,
    receipts: Sealer,
}

/// Governance while it runs; dropping it takes its address with it.
pub(crate) struct Governance {
    pub(crate) url: Url,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

fn sealer(name: &str) -> Sealer {
    Sealer::new(name, &Sealer::generate_key().expect("a key")).expect("a sealer")
}

impl Bank {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_mesh(&folder.path().join("mesh"));
        Self { folder, issuer: sealer("issuer"), receipts: sealer("governance") }
    }

    pub(crate) async fn governance(&self, address: &str) -> Governance {
        let service = governance::Service::open(governance::Settings {
            database_url: governance::sqlite_url(&self.folder.path().join("governance.db")),
            sealer: self.receipts.clone(),
            unsealer: self.issuer.unsealer(),
            clock: Clock::fixed(now()),
            webhook_hosts: Vec::new(),
        })
        .await
        .expect("opens");
        let listener = TcpListener::bind(address).await.expect("an address");
        let url = Url::parse(&format!("http://{}", listener.local_addr().expect("its address"))).expect("a URL");
        let stop = CancellationToken::new();
        let shutdown = stop.clone();
        let task = tokio::spawn(async move {
            governance::serve(listener, service, shutdown).await;
        });
        Governance { url, stop, task }
    }

    /// A token that this bank's governance believes for a day of its own clock.
    pub(crate) fn token(&self, name: &str, role: &str) -> String {
        let principal = Principal { name: name.into(), roles: vec![role.into()] };
        let identity = Identity { principal, purpose: None, expires: now() + TimeDelta::days(1) };
        identity.seal(&self.issuer, AUDIENCE, now()).expect("a token")
    }

    pub(crate) async fn start(&self, data: &Path, governance: &Url) -> (Node, Vec<PortStatus>) {
        let product = Product::open(&self.folder.path().join("mesh"), "crash", Functions::new()).expect("a product");
        let token = self.token("product:crash", "service:crash");
        let settings = NodeSettings {
            data: data.to_owned(),
            governance: mesh_api::Client::new(governance.clone(), Some(token.clone())).expect("a client"),
            token,
            lineage: Vec::new(),
            databases: std::collections::BTreeMap::new(),
            receipts: self.receipts.unsealer(),
            endpoint: None,
            limits: QueryLimits::default(),
            disk: Disk::default(),
            clock: Clock::fixed(now()),
        };
        Node::start(product, settings).await.expect("starts")
    }
}

impl Governance {
    /// Ends it and gives its address, for another to take.
    pub(crate) async fn end(self) -> Url {
        self.stop.cancel();
        self.task.await.expect("ends");
        self.url
    }
}

fn address(url: &Url) -> String {
    format!("127.0.0.1:{}", url.port().expect("a port"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_served_while_governance_is_away() {
    let bank = Bank::new();
    let data = bank.folder.path().join("data");
    let governance = bank.governance("127.0.0.1:0").await;
    let (node, statuses) = bank.start(&data, &governance.url).await;
    assert!(statuses.iter().all(|status| status.acceptance == Acceptance::Accepted), "{statuses:?}");
    assert_eq!(node.reader().ports().all().len(), 2);

    let url = governance.end().await;
    let (node, statuses) = bank.start(&data, &url).await;
    assert!(
        statuses.iter().all(|status| matches!(status.acceptance, Acceptance::AcceptedBefore(at) if at == now())),
        "{statuses:?}"
    );
    assert_eq!(node.reader().ports().all().len(), 2);

    // Without a receipt nothing is served, until governance is back and is asked again.
    let fresh = bank.folder.path().join("fresh");
    let (node, statuses) = bank.start(&fresh, &url).await;
    assert!(statuses.iter().all(|status| status.acceptance == Acceptance::Unknown), "{statuses:?}");
    assert!(node.reader().ports().all().is_empty());
    let back = bank.governance(&address(&url)).await;
    let (node, stop) = (Arc::new(node), CancellationToken::new());
    let (asking, stopped) = (Arc::clone(&node), stop.clone());
    let asking = tokio::spawn(async move { asking.keep_registering(stopped).await });
    for _ in 0..600 {
        if node.reader().ports().all().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.cancel();
    asking.await.expect("ends");
    assert_eq!(node.reader().ports().all().len(), 2);
    back.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_retired_is_served_no_more() {
    let bank = Bank::new();
    let governance = bank.governance("127.0.0.1:0").await;
    let (node, _) = bank.start(&bank.folder.path().join("data"), &governance.url).await;
    assert_eq!(node.reader().ports().all().len(), 2);

    let owner =
        mesh_api::Client::new(governance.url.clone(), Some(bank.token("lena", "owner:crash"))).expect("a client");
    let (port, version) = ("crash.totals".parse().expect("a name"), Version::new(1, 0, 0));
    let seen = owner.version(&port, &version).await.expect("a version").summary;
    let ends = Deprecate { reason: "nobody needs it".into(), sunset: now() + TimeDelta::days(30) };
    let seen = owner.deprecate(&port, &seen, &ends).await.expect("deprecated");
    let statuses = node.register().await.expect("statuses");
    assert!(statuses.iter().all(|status| status.acceptance == Acceptance::Accepted), "{statuses:?}");
    assert_eq!(node.reader().ports().all().len(), 2, "what is deprecated is served until it is retired");

    owner.decide(&port, &seen, Transition::Retire, "it is over").await.expect("retired");
    let statuses = node.register().await.expect("statuses");
    assert_eq!(statuses[1].acceptance, Acceptance::Waiting(RegistrationStatus::Retired));
    assert_eq!(node.reader().ports().all().len(), 1);
    governance.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_good_for_one_contract_and_one_governance() {
    let bank = Bank::new();
    let data = bank.folder.path().join("data");
    let governance = bank.governance("127.0.0.1:0").await;
    bank.start(&data, &governance.url).await;

    // The same version with other words is another contract: governance refuses it, and it is not served.
    let file = bank.folder.path().join("mesh/contracts/crash/events.v1.odcs.yaml");
    let text = std::fs::read_to_string(&file).expect("the contract");
    let changed = text.replacen("name: events\nversion", "name: Changed\nversion", 1);
    assert_ne!(changed, text);
    std::fs::write(&file, changed).expect("written");
    let (node, statuses) = bank.start(&data, &governance.url).await;
    assert!(matches!(statuses[0].acceptance, Acceptance::Refused(_)), "{statuses:?}");
    assert_eq!(node.reader().ports().all().len(), 1);

    // And with governance away, the old receipt does not cover it either.
    let url = governance.end().await;
    let (_, statuses) = bank.start(&data, &url).await;
    assert_eq!(statuses[0].acceptance, Acceptance::Unknown);
    assert!(matches!(statuses[1].acceptance, Acceptance::AcceptedBefore(_)));

    // A receipt of another governance is none.
    let stranger = Bank { receipts: sealer("governance"), ..bank };
    let (_, statuses) = stranger.start(&data, &url).await;
    assert_eq!(statuses[1].acceptance, Acceptance::Unknown);
}
