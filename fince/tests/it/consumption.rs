//! What consumers read reaches governance, from the plan that ran.

use std::time::{Duration, Instant};

use mesh_api::{Client, PortReader, ReadersQuery};

use crate::mesh::{Mesh, fince, repository};
use crate::run::{Ran, ran};

/// How long a read may take to be known, on a loaded machine.
const SOON: Duration = Duration::from_secs(30);

async fn readers(client: &Client, port: &str, wanted: impl Fn(&[PortReader]) -> bool) -> Vec<PortReader> {
    let (port, end) = (port.parse().expect("a name"), Instant::now() + SOON);
    loop {
        let known = client.readers(&port, &ReadersQuery::default()).await.expect("readers").items;
        if wanted(&known) || Instant::now() > end {
            return known;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn governance_knows_who_read_which_columns() {
    let data = tempfile::tempdir().expect("a folder");
    let mesh = Mesh::up(&repository(), data.path());
    let run = |arguments: &[&str]| -> Ran {
        ran(fince(&repository(), data.path(), mesh.base).args(arguments).output().expect("runs"))
    };
    let officer = run(&["token", "officer"]).stdout.trim().to_owned();
    let url = format!("http://127.0.0.1:{}", mesh.base).parse().expect("a url");
    let governance = Client::new(url, Some(officer)).expect("a client");

    // Planned and refused, or never asked for: neither is a read.
    run(&["sql", "--as", "omar", "SELECT no_such_column FROM lending.loans"]);
    run(&["sql", "--as", "ana", "SELECT loan_id FROM lending.loans"]);
    let sql = "SELECT count(*) FROM lending.loans WHERE state = 'NJ'";
    assert_eq!(run(&["sql", "--as", "omar", sql]).code, 0);

    let loans =
        readers(&governance, "lending.loans", |known| known.iter().any(|reader| reader.principal == "omar")).await;
    let omar = loans.iter().find(|reader| reader.principal == "omar").unwrap_or_else(|| panic!("{loans:?}"));
    assert_eq!((omar.columns.as_slice(), omar.reads), (["state".to_owned()].as_slice(), 1));
    assert_eq!(omar.purposes, ["risk-reporting"]);
    assert!(!loans.iter().any(|reader| reader.principal == "ana"), "{loans:?}");
    // Products are consumers too: lending reads what deposits publishes.
    let accounts = readers(&governance, "deposits.accounts", |known| !known.is_empty()).await;
    assert!(accounts.iter().any(|reader| reader.principal == "product:lending"), "{accounts:?}");
}
