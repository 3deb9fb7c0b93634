//! A mesh of two small ports, published for real and served on a free port.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use datafusion::arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use mesh_contract::{Contract, PortName, PortVersion};
use mesh_engine::durable::{Disk, DurableStore};
use mesh_engine::function::Functions;
use mesh_engine::table::{CommitRequest, PortTable};
use mesh_engine::{Ports, QueryLimits, ReadLog, Reader, ReaderSettings, ServedPort};
use mesh_flight::client::Client;
use mesh_flight::{Door, FlightError, FlightLimits, FlightSettings, Login, Readiness, serve};
use mesh_policy::{AUDIENCE, Agreement, Agreements, Clock, Identity, Principal, Purpose, Sealer};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use url::Url;

pub(crate) const LOANS: i64 = 1000;
const BRANCHES: i64 = 10;
const START: i64 = 1_800_000_000;

pub(crate) struct Mesh {
    pub(crate) address: SocketAddr,
    pub(crate) readiness: Readiness,
    pub(crate) shutdown: CancellationToken,
    pub(crate) server: JoinHandle<Result<(), FlightError>>,
    pub(crate) reader: Reader,
    sealer: Sealer,
    seconds: Arc<AtomicI64>,
    loans: PortTable,
    _folder: TempDir,
}

struct Users(Sealer);

impl Login for Users {
    fn login(&self, user: &str, password: &str) -> Option<String> {
        (user == password && user == "omar")
            .then(|| identity(user, START + 3600).seal(&self.0, AUDIENCE, at(START)).ok())?
    }
}

impl Mesh {
    pub(crate) const LOGIN_FAILURES_MAX: u32 = 5;
    pub(crate) const MESSAGE_BYTES_MAX: usize = 1024 * 1024;

    pub(crate) async fn start() -> Self {
        Self::start_with(FlightLimits::default()).await
    }

    pub(crate) async fn start_with(limits: FlightLimits) -> Self {
        let folder = TempDir::new().expect("a folder");
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let seconds = Arc::new(AtomicI64::new(START));
        let clock = {
            let seconds = Arc::clone(&seconds);
            Clock::new(move || at(seconds.load(Ordering::Relaxed)))
        };
        let ports = Ports::default();
        let loans = publish(folder.path(), &ports, "loans", LOANS_CONTRACT, LOANS).await;
        publish(folder.path(), &ports, "branches", BRANCHES_CONTRACT, BRANCHES).await;
        let reader = reader(ports, clock.clone());
        let door = Door { unsealer: sealer.unsealer(), clock, login: Some(Arc::new(Users(sealer.clone()))) };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (readiness, shutdown) = (Readiness::new(), CancellationToken::new());
        let limits = FlightLimits {
            login_failures_max: Self::LOGIN_FAILURES_MAX,
            message_bytes_max: Self::MESSAGE_BYTES_MAX,
            ..limits
        };
        let settings = FlightSettings {
            reader: reader.clone(),
            door,
            sealer: sealer.clone(),
            limits,
            readiness: readiness.clone(),
        };
        let server = tokio::spawn(serve(listener, settings, shutdown.clone()));
        Self { address, readiness, shutdown, server, reader, sealer, seconds, loans, _folder: folder }
    }

    pub(crate) async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).expect("an address");
        endpoint.connect().await.expect("connected")
    }

    /// A client of ours, as someone or as nobody.
    pub(crate) async fn client(&self, name: Option<&str>) -> Client {
        let token = name.map(|name| self.token(name));
        let url = Url::parse(&format!("grpc://{}", self.address)).expect("an address");
        Client::connect(&url, token.as_deref()).await.expect("connected")
    }

    pub(crate) fn token(&self, name: &str) -> String {
        self.seal(name, AUDIENCE, 3600)
    }

    /// A token that holds for `seconds` from the start.
    pub(crate) fn seal(&self, name: &str, audience: &str, seconds: i64) -> String {
        identity(name, START + seconds).seal(&self.sealer, audience, at(START)).expect("sealed")
    }

    /// A token by another issuer.
    pub(crate) fn stranger_token(name: &str) -> String {
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        identity(name, START + 3600).seal(&sealer, AUDIENCE, at(START)).expect("sealed")
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.seconds.fetch_add(time.as_secs().cast_signed(), Ordering::Relaxed);
    }

    /// Publishes the loans anew, with `rows` rows.
    pub(crate) async fn republish(&self, rows: i64) {
        stage(&self.loans, &contract(LOANS_CONTRACT), rows).await;
    }
}

impl Drop for Mesh {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) fn code(status: &Status) -> String {
    status.metadata().get("fc-code").map(|code| code.to_str().expect("ascii").to_owned()).unwrap_or_default()
}

/// The code of what must be an error.
pub(crate) fn code_of<T>(outcome: Result<T, FlightError>) -> String {
    match outcome {
        Ok(_) => panic!("this should have been refused"),
        Err(error) => error.code(),
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a time")
}

/// lena owns lending, omar has an agreement for loans, ana has nothing.
fn identity(name: &str, expires: i64) -> Identity {
    let roles = if name == "lena" { vec!["owner:lending".into()] } else { vec!["analyst".into()] };
    let purpose = (name == "omar").then(|| Purpose("risk-reporting".into()));
    Identity { principal: Principal { name: name.into(), roles }, purpose, expires: at(expires) }
}

fn reader(ports: Ports, clock: Clock) -> Reader {
    let agreement = Agreement {
        id: "a-1".into(),
        port: port("loans"),
        major: 1,
        principal: "omar".into(),
        purposes: vec![Purpose("risk-reporting".into())],
        columns: None,
        starts: at(START),
        expires: at(START) + TimeDelta::days(1),
    };
    let settings = ReaderSettings {
        ports,
        functions: Functions::new(),
        domain: "lending".into(),
        reads: ReadLog::default(),
        agreements: Agreements::new(vec![agreement]),
        limits: QueryLimits::default(),
        clock,
    };
    Reader::new(settings).expect("a reader")
}

fn port(name: &str) -> PortName {
    PortName::new("lending", name).expect("a name")
}

fn contract(text: &str) -> Arc<Contract> {
    Arc::new(Contract::parse("port.odcs.yaml", text).expect("a valid contract"))
}

async fn publish(folder: &Path, ports: &Ports, name: &str, text: &str, rows: i64) -> PortTable {
    let contract = contract(text);
    let url = Url::from_directory_path(folder.join(name)).expect("a folder");
    let store = Arc::new(DurableStore::new(Disk::default()));
    let table = PortTable::new(&port(name).to_string(), store, &url).expect("a table");
    stage(&table, &contract, rows).await;
    let version = PortVersion { name: port(name), major: 1 };
    ports.serve(ServedPort::new(version, Arc::clone(&contract), &contract.objects[0], table.clone()));
    table
}

async fn stage(table: &PortTable, contract: &Contract, rows: i64) {
    let schema = mesh_contract::arrow::schema(contract, &contract.objects[0]);
    let mut columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from_iter_values(1..=rows))];
    if schema.fields().len() > 2 {
        columns.push(Arc::new(Int64Array::from_iter_values((1..=rows).map(|id| id % BRANCHES + 1))));
        let amounts = Decimal128Array::from_iter_values((1..=rows).map(|id| i128::from(id) * 100 + 25));
        columns.push(Arc::new(amounts.with_precision_and_scale(18, 2).expect("a decimal")));
    }
    columns.push(Arc::new(StringArray::from_iter_values((1..=rows).map(|id| format!("name {id}")))));
    let batch = RecordBatch::try_new(schema, columns).expect("a batch");
    let stream = RecordBatchStreamAdapter::new(batch.schema(), futures::stream::iter([Ok(batch.clone())]));
    let candidate = table.stage(batch.schema(), Box::pin(stream)).await.expect("staged");
    candidate
        .commit(CommitRequest { contract, run: "run-1", inputs: &[], model: "", views: &[] })
        .await
        .expect("committed");
}

const LOANS_CONTRACT: &str = r"
apiVersion: v3.1.0
kind: DataContract
id: lending.loans
name: Loans
version: 1.0.0
status: active
domain: lending
description:
  purpose: Loans for tests.
schema:
  - name: loans
    physicalType: table
    properties:
      - name: id
        logicalType: integer
        physicalType: bigint
        required: true
        primaryKey: true
        primaryKeyPosition: 1
        description: Identity of the loan.
        classification: internal
      - name: branch_id
        logicalType: integer
        physicalType: bigint
        required: true
        relationships:
          - type: foreignKey
            to: branches.id
      - name: amount
        logicalType: number
        physicalType: decimal(18,2)
        description: Amount owed.
      - name: holder
        logicalType: string
        physicalType: varchar
";

const BRANCHES_CONTRACT: &str = r"
apiVersion: v3.1.0
kind: DataContract
id: lending.branches
name: Branches
version: 1.0.0
status: active
domain: lending
description:
  purpose: Branches for tests.
schema:
  - name: branches
    physicalType: table
    properties:
      - name: id
        logicalType: integer
        physicalType: bigint
        required: true
        primaryKey: true
        primaryKeyPosition: 1
      - name: city
        logicalType: string
        physicalType: varchar
";
