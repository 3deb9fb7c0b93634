//! What each principal sees of each port: one file `<domain>/<port>.<principal>.slt`, run over Flight SQL.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::TryStreamExt;
use mesh_flight::FlightError;
use mesh_flight::client::Client;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use url::Url;

use crate::mesh::{Mesh, repository};

struct Connection(Client);

/// An error as `.slt` files match it: code and message.
#[derive(Debug)]
struct Refused(FlightError);

impl std::error::Error for Refused {}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.code(), self.0)
    }
}

#[async_trait::async_trait]
impl AsyncDB for Connection {
    type Error = Refused;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Refused> {
        let (schema, rows) = self.0.query(sql).await.map_err(Refused)?;
        let batches: Vec<RecordBatch> = rows.try_collect().await.map_err(Refused)?;
        let types = vec![DefaultColumnType::Text; schema.fields().len()];
        Ok(DBOutput::Rows { types, rows: batches.iter().flat_map(cells).collect() })
    }

    async fn shutdown(&mut self) {}
}

fn cells(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::new().with_null("NULL");
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options).expect("a printable column"))
        .collect();
    (0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row).to_string()).collect()).collect()
}

/// `lending/loans.omar.slt` is run as omar.
fn principal(file: &Path) -> &str {
    file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.rsplit_once('.')).expect("port.principal").1
}

fn files(domain: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt").join(domain);
    let mut files: Vec<PathBuf> =
        folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

async fn log_in(address: &Url, name: &str) -> Client {
    let mut client = Client::connect(address, None).await.expect("connects");
    client.login(name, name).await.expect("logs in");
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn lending_shows_each_principal_what_it_may_see() {
    let data = tempfile::tempdir().expect("a folder");
    let mesh = Mesh::up(&repository(), data.path());
    let files = files("lending");
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let (address, name) = (mesh.flight(1), principal(&file).to_owned());
        let mut runner = Runner::new(move || {
            let (address, name) = (address.clone(), name.clone());
            async move { Ok(Connection(log_in(&address, &name).await)) }
        });
        if let Err(error) = runner.run_file_async(&file).await {
            panic!("{}: {error}", file.display());
        }
    }
}
