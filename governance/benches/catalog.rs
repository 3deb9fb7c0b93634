//! A large catalog over its REST interface: how long registrations take as it grows, and then searching and reading it.
//!
//! `cargo bench -p governance --bench catalog -- [PORTS [COLUMNS]]`; 10,000 ports of 50 columns unless said otherwise. It runs
//! for some minutes and prints percentiles, which criterion does not.

#![expect(clippy::expect_used, reason = "a benchmark of a broken service should say so and end")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use governance::{Service, Settings, sqlite_url};
use mesh_api::{Client, ClientError, PageRequest, RegisterContract, SearchRequest};
use mesh_policy::{AUDIENCE, Clock, Identity, Principal, Sealer};
use tokio_util::sync::CancellationToken;

const DOMAINS: [&str; 8] =
    ["lending", "deposits", "investing", "insurance", "payments", "treasury", "risk", "customers"];
const WORDS: [&str; 64] = [
    "account",
    "accrual",
    "address",
    "agreement",
    "amount",
    "annual",
    "application",
    "approval",
    "asset",
    "balance",
    "bank",
    "beneficiary",
    "bond",
    "borrower",
    "branch",
    "broker",
    "card",
    "cash",
    "channel",
    "claim",
    "collateral",
    "commission",
    "counterparty",
    "country",
    "coupon",
    "coverage",
    "credit",
    "currency",
    "customer",
    "default",
    "deposit",
    "duration",
    "employer",
    "equity",
    "exposure",
    "fee",
    "fund",
    "guarantee",
    "holder",
    "income",
    "instalment",
    "instrument",
    "insured",
    "interest",
    "invoice",
    "issuer",
    "ledger",
    "limit",
    "loan",
    "margin",
    "maturity",
    "merchant",
    "mortgage",
    "payment",
    "policy",
    "premium",
    "price",
    "principal",
    "product",
    "rate",
    "rating",
    "settlement",
    "trade",
    "yield",
];
const SUFFIXES: [&str; 10] = ["id", "code", "date", "amount", "rate", "type", "status", "name", "count", "flag"];
/// What people type: whole names, parts, beginnings, typing errors, several words, common words, and what is not there.
const QUERIES: [&str; 16] = [
    "loan",
    "customer_id",
    "lending.loan_borrower_0",
    "intrest rate",
    "mort",
    "collateral of the customer",
    "amount",
    "what secures a mortgage",
    "balanc",
    "premuim",
    "the number of the account",
    "settlement date trade price",
    "risk exposure default",
    "a",
    "nothing_like_this",
    "policy holder address country currency",
];
const ROUNDS: usize = 200;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (ports, columns) = (arguments.next().unwrap_or(10_000), arguments.next().unwrap_or(50));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure(ports, columns));
}

async fn measure(ports: usize, columns: usize) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let bank = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
    #[expect(clippy::disallowed_methods, reason = "the composition root of the benchmark")]
    let now = Utc::now();
    let settings = Settings {
        database_url: sqlite_url(&folder.path().join("governance.db")),
        sealer: Sealer::new("governance", &Sealer::generate_key().expect("a key")).expect("a sealer"),
        unsealer: bank.unsealer(),
        clock: Clock::fixed(now),
        webhook_hosts: Vec::new(),
    };
    let roles = DOMAINS.iter().map(|domain| format!("owner:{domain}")).collect();
    let principal = Principal { name: "bench".into(), roles };
    let identity = Identity { principal, purpose: None, expires: now + TimeDelta::days(1) };
    let token = identity.seal(&bank, AUDIENCE, now).expect("a token");

    let (client, stop) = serve(settings.clone(), &token).await;
    say(&format!("registrations, {ports} ports of {columns} columns:"));
    let step = ports.div_ceil(10).max(1);
    for first in (0..ports).step_by(step) {
        let start = Instant::now();
        let last = (first + step).min(ports);
        for number in first..last {
            client.register_contract(&contract(number, columns)).await.expect("registered");
        }
        let each = start.elapsed() / u32::try_from(last - first).expect("few");
        say(&format!("  {last:>6} ports: {each:.2?} each"));
    }
    stop.await;

    let before = resident_bytes();
    let start = Instant::now();
    let (client, stop) = serve(settings, &token).await;
    while let Err(error) = client.search(&SearchRequest::default()).await {
        assert!(error.is_temporary(), "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let grown = resident_bytes().saturating_sub(before) / (1 << 20);
    say(&format!("index built in {:.1?}; the process holds {grown} MiB more than before", start.elapsed()));
    read(&client, ports).await;
    stop.await;
}

async fn read(client: &Client, ports: usize) {
    for query in QUERIES {
        let request = SearchRequest { q: Some(query.into()), ..SearchRequest::default() };
        time(&format!("search `{query}`"), async || client.search(&request).await.map(drop)).await;
    }
    let everything = SearchRequest::default();
    time("search without words", async || client.search(&everything).await.map(drop)).await;
    let middle = name(ports / 2);
    let port = middle.parse().expect("a name");
    time("read a port", async || client.port(&port).await.map(drop)).await;
    let version = semver::Version::new(1, 0, 0);
    time("read a version with its document", async || client.version(&port, &version).await.map(drop)).await;
    time("list 100 ports", async || client.ports(&PageRequest::default()).await.map(drop)).await;
    let page = client.ports(&PageRequest { cursor: None, limit: Some(500) }).await.expect("a page");
    let next = PageRequest { cursor: page.next, limit: Some(500) };
    time("list 500 ports from within", async || client.ports(&next).await.map(drop)).await;
}

/// Runs an operation again and again and prints how long it took.
async fn time(what: &str, operation: impl AsyncFn() -> Result<(), ClientError>) {
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        operation().await.expect("an answer");
        took.push(start.elapsed());
    }
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len() - 1)).copied().unwrap_or_default();
    say(&format!("{what:<48} p50 {:>9.2?}  p99 {:>9.2?}", at(50), at(99)));
}

/// Starts the service; awaiting the second value stops it.
async fn serve(settings: Settings, token: &str) -> (Client, impl Future<Output = ()>) {
    let service = Service::open(settings).await.expect("the service opens");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(governance::serve(listener, service, shutdown.clone()));
    let client = Client::new(base.parse().expect("a url"), Some(token.to_owned())).expect("a client");
    (client, async move {
        shutdown.cancel();
        serving.await.expect("the service ends");
    })
}

fn word(number: usize) -> &'static str {
    WORDS.get(number % WORDS.len()).copied().unwrap_or_default()
}

fn name(number: usize) -> String {
    let domain = DOMAINS.get(number % DOMAINS.len()).copied().unwrap_or_default();
    format!("{domain}.{}_{}_{number}", word(number / 7), word(number / 3 + 13))
}

fn contract(number: usize, columns: usize) -> RegisterContract {
    let name = name(number);
    let (domain, port) = name.split_once('.').expect("a name");
    let mut document = format!(
        "apiVersion: v3.1.0
kind: DataContract
id: urn:bench:{domain}:{port}
version: 1.0.0
status: active
domain: {domain}
description: {{purpose: Measure, limitations: Nothing else}}
team: {{members: [{{username: owner_{domain}, role: owner}}]}}
support: [{{channel: {domain}, url: 'mailto:{domain}@bank.example'}}]
slaProperties: [{{property: latency, value: 1, unit: d}}, {{property: retention, value: 10, unit: 'y'}}]
schema:
  - name: {port}
    description: Every {} of the bank by {}, as the domain {domain} keeps it
    dataGranularityDescription: one row a {}
    properties:
",
        word(number),
        word(number + 5),
        word(number),
    );
    for column in 0..columns {
        let (first, second) = (word(number + column * 3), word(number / 5 + column * 7 + 1));
        let suffix = SUFFIXES.get(column % SUFFIXES.len()).copied().unwrap_or_default();
        let key = if column == 0 { ", primaryKey: true, primaryKeyPosition: 1, required: true" } else { "" };
        writeln!(
            document,
            "      - {{name: {first}_{suffix}_{column}, description: the {suffix} of the {first} and its {second}, \
             classification: internal, logicalType: integer, logicalTypeOptions: {{minimum: 0}}{key}, \
             customProperties: [{{property: unit, value: count}}]}}"
        )
        .expect("a text takes it");
    }
    RegisterContract { document, file: None }
}

/// Memory of this process, where the system tells (Linux).
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok());
    kib.unwrap_or(0) * 1024
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("somebody reads");
}
