//! Queries over the wire and the same without it, from files and from memory, and a point query; with authentication
//! and telemetry on, over loopback.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that cannot be set up must stop")]

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{TryStreamExt, stream};
use mesh_contract::{Contract, PortName, PortVersion};
use mesh_engine::durable::{Disk, DurableStore};
use mesh_engine::function::Functions;
use mesh_engine::table::{CommitRequest, PortTable};
use mesh_engine::{Pins, Ports, QueryLimits, ReadLog, Reader, ReaderSettings, ServedPort};
use mesh_flight::client::Client;
use mesh_flight::{Door, FlightLimits, FlightSettings, Readiness, serve};
use mesh_policy::{AUDIENCE, Agreements, Clock, Identity, Principal, Sealer};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use url::Url;

const ROWS: i64 = 10_000_000;
const BATCH_ROWS: i64 = 65_536;
const ALL: &str = "SELECT * FROM bench.trades";
const SOME: &str = "SELECT * FROM bench.trades WHERE account % 10 = 3 AND price > 1000.0";
const SUMS: &str = "SELECT venue, count(*), sum(account), avg(price) FROM bench.trades GROUP BY venue ORDER BY venue";
const ONE: &str = "SELECT * FROM bench.trades WHERE id = 7654321";

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = throughput
}
criterion_main!(benches);

fn throughput(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = TempDir::new().expect("a folder");
    let ports = runtime.block_on(published(&folder));
    for (place, hot_bytes_max) in [("from files", 0), ("from memory", 2 << 30)] {
        let mesh = runtime.block_on(Mesh::start(ports.clone(), hot_bytes_max));
        let client = runtime.block_on(mesh.client());
        // Read again and again, the table is held in memory where there is room for it.
        let bytes = (0..4).map(|_| runtime.block_on(read(&client, ALL)).1).max().unwrap_or_default();
        for (what, sql) in [("all rows", ALL), ("a tenth of the rows", SOME), ("sums", SUMS), ("one row", ONE)] {
            let mut group = criterion.benchmark_group(format!("{what}, {place}"));
            if sql == ALL {
                group.throughput(Throughput::Bytes(bytes));
            }
            group.bench_function("over the wire", |bencher| bencher.to_async(&runtime).iter(|| read(&client, sql)));
            group.bench_function("in process", |bencher| bencher.to_async(&runtime).iter(|| mesh.read(sql)));
            group.finish();
        }
    }
}

/// Rows and bytes of an answer.
async fn read(client: &Client, sql: &str) -> (usize, u64) {
    let (_, rows) = client.query(sql).await.expect("running");
    rows.try_fold((0, 0), async |(rows, bytes), batch| {
        let size = |column: &ArrayRef| column.to_data().get_slice_memory_size().expect("a size") as u64;
        Ok((rows + batch.num_rows(), bytes + black_box(&batch).columns().iter().map(size).sum::<u64>()))
    })
    .await
    .expect("read")
}

struct Mesh {
    address: SocketAddr,
    reader: Reader,
    owner: Identity,
    token: String,
}

impl Mesh {
    async fn start(ports: Ports, hot_bytes_max: usize) -> Self {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let owner = owner(now);
        let token = owner.seal(&sealer, AUDIENCE, now).expect("sealed");
        let clock = Clock::fixed(now);
        let reader = Reader::new(ReaderSettings {
            ports,
            functions: Functions::new(),
            domain: "bench".into(),
            reads: ReadLog::default(),
            agreements: Agreements::default(),
            limits: QueryLimits { hot_bytes_max, ..QueryLimits::default() },
            clock: clock.clone(),
        })
        .expect("a reader");
        let settings = FlightSettings {
            reader: reader.clone(),
            door: Door { unsealer: sealer.unsealer(), clock, login: None },
            sealer,
            limits: FlightLimits::default(),
            readiness: Readiness::new(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(serve(listener, settings, CancellationToken::new()));
        Self { address, reader, owner, token }
    }

    async fn client(&self) -> Client {
        let url = Url::parse(&format!("grpc://{}", self.address)).expect("an address");
        Client::connect(&url, Some(&self.token)).await.expect("connected")
    }

    /// The same query without the wire.
    async fn read(&self, sql: &str) -> usize {
        let session = self.reader.session(&self.owner);
        let query = session.query(sql, &Pins::default()).await.expect("planned");
        let rows = query.execute().await.expect("running");
        rows.try_fold(0, async |rows, batch| Ok(rows + black_box(&batch).num_rows())).await.expect("read")
    }
}

fn owner(now: DateTime<Utc>) -> Identity {
    let principal = Principal { name: "owner".into(), roles: vec!["owner:bench".into()] };
    Identity { principal, purpose: None, expires: now + TimeDelta::days(1) }
}

async fn published(folder: &TempDir) -> Ports {
    let contract = Arc::new(Contract::parse("trades.odcs.yaml", CONTRACT).expect("a valid contract"));
    let object = &contract.objects[0];
    let schema = mesh_contract::arrow::schema(&contract, object);
    let url = Url::from_directory_path(folder.path().join("trades")).expect("a folder");
    let table = PortTable::new("bench.trades", Arc::new(DurableStore::new(Disk::default())), &url).expect("a table");
    let batches = {
        let schema = Arc::clone(&schema);
        (0..ROWS).step_by(BATCH_ROWS as usize).map(move |from| Ok(batch(&schema, from, ROWS.min(from + BATCH_ROWS))))
    };
    let rows = RecordBatchStreamAdapter::new(Arc::clone(&schema), stream::iter(batches));
    let candidate = table.stage(schema, Box::pin(rows)).await.expect("staged");
    candidate
        .commit(CommitRequest { contract: &contract, run: "bench", inputs: &[], model: "", views: &[] })
        .await
        .expect("committed");
    let ports = Ports::default();
    let port = PortVersion { name: PortName::new("bench", "trades").expect("a name"), major: 1 };
    ports.serve(ServedPort::new(port, Arc::clone(&contract), object, table));
    ports
}

fn batch(schema: &SchemaRef, from: i64, to: i64) -> RecordBatch {
    let ints = |step: i64| Arc::new(Int64Array::from_iter_values((from..to).map(|i| i * step))) as ArrayRef;
    let floats = |step: f64| Arc::new(Float64Array::from_iter_values((from..to).map(|i| i as f64 * step))) as ArrayRef;
    let texts = |modulus: i64| {
        Arc::new(StringArray::from_iter_values((from..to).map(|i| format!("text {}", i % modulus)))) as ArrayRef
    };
    let columns = vec![ints(1), ints(7), ints(-3), floats(0.5), floats(1.25), floats(-2.0), texts(97), texts(1009)];
    RecordBatch::try_new(Arc::clone(schema), columns).expect("a batch")
}

const CONTRACT: &str = r"
apiVersion: v3.1.0
kind: DataContract
id: bench.trades
name: Trades
version: 1.0.0
status: active
domain: bench
description:
  purpose: Ten million rows.
schema:
  - name: trades
    physicalType: table
    properties:
      - { name: id, logicalType: integer, physicalType: bigint }
      - { name: account, logicalType: integer, physicalType: bigint }
      - { name: quantity, logicalType: integer, physicalType: bigint }
      - { name: price, logicalType: number, physicalType: double }
      - { name: value, logicalType: number, physicalType: double }
      - { name: fee, logicalType: number, physicalType: double }
      - { name: venue, logicalType: string, physicalType: varchar }
      - { name: trader, logicalType: string, physicalType: varchar }
";
