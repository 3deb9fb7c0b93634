//! kill -9 at any moment of a first publish: every port serves nothing or one whole snapshot, never part of one.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use chrono::TimeDelta;
use futures::TryStreamExt;
use mesh_contract::{Contract, PortName, PortVersion};
use mesh_engine::durable::{Disk, DurableStore};
use mesh_engine::function::Functions;
use mesh_engine::table::PortTable;
use mesh_engine::{Pins, Ports, QueryLimits, ReadLog, Reader, ReaderSettings, ServedPort};
use mesh_policy::{Agreements, Clock, Identity, Principal};
use url::Url;

use crate::mesh::{fince, free_base};
use crate::small_product::{ROWS, write_mesh};

/// Moments at which the process is killed, spread over the time that an undisturbed publish takes.
const MOMENTS: u32 = 50;
/// Rows of the port's newest snapshot, each of them read; `None` when it has none.
async fn rows_served(mesh: &Path, data: &Path, port: &str) -> Option<i64> {
    let file = mesh.join(format!("contracts/crash/{port}.v1.odcs.yaml"));
    let text = fs::read_to_string(&file).expect("the contract");
    let contract = Arc::new(Contract::parse(port, &text).expect("a valid contract"));
    let url = Url::from_directory_path(data.join("lake/crash").join(port)).expect("an absolute path");
    let table = PortTable::new(port, Arc::new(DurableStore::new(Disk::default())), &url).expect("a table");
    table.newest().await.expect("a log that can be read")?;
    let name = PortVersion { name: PortName::new("crash", port).expect("a name"), major: 1 };
    let ports = Ports::default();
    ports.serve(ServedPort::new(name, Arc::clone(&contract), &contract.objects[0], table));
    let now = chrono::DateTime::UNIX_EPOCH;
    let reader = Reader::new(ReaderSettings {
        ports,
        functions: Functions::new(),
        domain: "crash".into(),
        reads: ReadLog::default(),
        agreements: Agreements::default(),
        limits: QueryLimits::default(),
        clock: Clock::fixed(now),
    });
    let principal = Principal { name: "product".into(), roles: vec!["service:crash".into()] };
    let session =
        reader.expect("a reader").session(&Identity { principal, purpose: None, expires: now + TimeDelta::days(1) });
    let sql = format!("SELECT count(*) FROM {port} WHERE id >= 0");
    let query = session.query(&sql, &Pins::default()).await.expect("planned");
    let batches: Vec<_> = query.execute().await.expect("runs").try_collect().await.expect("every row can be read");
    Some(batches[0].column(0).as_primitive::<Int64Type>().value(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_publish_leaves_nothing_or_a_whole_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let mesh = folder.path().join("mesh");
    write_mesh(&mesh);
    let base = free_base();
    let publish = |data: &Path| {
        let mut command = fince(&mesh, data, base);
        command.args(["publish", "crash"]).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };

    let whole = folder.path().join("whole");
    let started = Instant::now();
    assert!(publish(&whole).status().expect("runs").success());
    let duration = started.elapsed();
    assert_eq!(
        (rows_served(&mesh, &whole, "events").await, rows_served(&mesh, &whole, "totals").await),
        (Some(ROWS), Some(1_000))
    );

    let mut outcomes = std::collections::BTreeMap::new();
    for moment in 0..MOMENTS {
        let data = folder.path().join(format!("killed-{moment}"));
        let mut child = publish(&data).spawn().expect("starts");
        std::thread::sleep(duration * moment / MOMENTS + Duration::from_millis(u64::from(moment % 7)));
        child.kill().expect("is killed");
        child.wait().expect("has ended");
        let served = (rows_served(&mesh, &data, "events").await, rows_served(&mesh, &data, "totals").await);
        assert!(
            matches!(served, (None, None) | (Some(ROWS), None) | (Some(ROWS), Some(1_000))),
            "killed at moment {moment}: {served:?}"
        );
        *outcomes.entry(served).or_insert(0) += 1;
        // Starting again ends where an undisturbed publish ends.
        if moment % 10 == 0 {
            assert!(publish(&data).status().expect("runs").success(), "after moment {moment}");
            assert_eq!(rows_served(&mesh, &data, "totals").await, Some(1_000));
        }
        fs::remove_dir_all(&data).ok();
    }
    // Kills that all came before the first commit or after the last would show nothing.
    assert!(outcomes.len() > 1, "{outcomes:?}");
}
