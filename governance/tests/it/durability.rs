//! What was acknowledged stays, and races have one winner.

use std::collections::BTreeMap;

use governance::{Error, Service};
use mesh_api::PageRequest;
use mesh_contract::Code;

use crate::documents::{contract, described, product};
use crate::server::{Ground, on_each_database};

#[tokio::test]
async fn a_restart_keeps_everything() {
    on_each_database(async |server| {
        let lena = server.lena();
        let registered = lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let product =
            lena.register_product(&product("lending", "1.0.0", &[("loans", "1.0.0")])).await.expect("registered");
        let server = server.stop().await.start().await;
        let lena = server.lena();
        assert_eq!(lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("known"), registered);
        assert_eq!(lena.product("lending").await.expect("a product"), product);
    })
    .await;
}

#[tokio::test]
async fn of_32_that_race_for_a_version_one_wins() {
    on_each_database(async |server| {
        let racing = (0..32).map(|runner| {
            let lena = server.lena();
            let request = described("lending", "loans", "1.0.0", &format!("as runner {runner} sees it"));
            tokio::spawn(async move {
                lena.register_contract(&request).await.map(|won| won.hash).map_err(|lost| lost.code())
            })
        });
        let (mut won, mut lost) = (Vec::new(), BTreeMap::<Code, u32>::new());
        for runner in racing.collect::<Vec<_>>() {
            match runner.await.expect("the task ends") {
                Ok(hash) => won.push(hash),
                Err(code) => *lost.entry(code).or_default() += 1,
            }
        }
        assert_eq!((won.len(), lost), (1, BTreeMap::from([(Code(4021), 31)])));
        let stored = server.omar().versions(&"lending.loans".parse().expect("a name"), &PageRequest::default()).await;
        assert_eq!(stored.expect("versions").items.into_iter().map(|entry| entry.hash).collect::<Vec<_>>(), won);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_that_the_database_is_locked() {
    on_each_database(async |server| {
        let writing = (0..32).map(|minor| {
            let (lena, omar) = (server.lena(), server.omar());
            tokio::spawn(async move {
                // Each a port of its own: versions of one port are refused when they arrive out of order.
                let request = contract("lending", &format!("loans_{minor}"), "1.0.0");
                lena.register_contract(&request).await.expect("registered");
                lena.register_product(&product("lending", &format!("1.{minor}.0"), &[])).await.expect("registered");
                omar.ports(&PageRequest::default()).await.expect("read");
            })
        });
        for writer in writing.collect::<Vec<_>>() {
            writer.await.expect("the task ends well");
        }
        let stored = server.omar().ports(&PageRequest { cursor: None, limit: Some(PageRequest::LIMIT_MAX) }).await;
        assert_eq!(stored.expect("ports").items.len(), 32);
    })
    .await;
}

#[tokio::test]
async fn of_32_contracts_that_race_for_a_port_one_wins() {
    on_each_database(async |server| {
        let racing = (0..32).map(|runner| {
            let lena = server.lena();
            let mut request = contract("lending", "loans", &format!("1.{runner}.0"));
            request.document = request.document.replace("id: urn:bank", &format!("id: urn:runner{runner}"));
            tokio::spawn(async move { lena.register_contract(&request).await.map(drop).map_err(|lost| lost.code()) })
        });
        let mut outcomes = BTreeMap::<_, u32>::new();
        for runner in racing.collect::<Vec<_>>() {
            *outcomes.entry(runner.await.expect("the task ends")).or_default() += 1;
        }
        assert_eq!(outcomes, BTreeMap::from([(Ok(()), 1), (Err(Code(4023)), 31)]));
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    for ground in [Some(Ground::sqlite()), Ground::postgres().await].into_iter().flatten() {
        let ground = ground.start().await.stop().await;
        sqlx::any::install_default_drivers();
        let database = sqlx::AnyPool::connect(&ground.database_url).await.expect("the database");
        let newer = "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
                     SELECT 99, 'newer', installed_on, success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
        sqlx::query(newer).execute(&database).await.expect("a newer version");
        database.close().await;
        let Err(error) = Service::open(ground.settings()).await else { panic!("a newer database was opened") };
        assert!(matches!(error, Error::Newer { found: 99, known } if known < 99), "{error:?}");
        assert_eq!(error.code(), Code(4030));
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_told_so() {
    let ground = Ground::sqlite();
    let mut settings = ground.settings();
    settings.database_url = governance::sqlite_url(std::path::Path::new("/no/such/folder/governance.db"));
    let Err(error) = Service::open(settings).await else { panic!("it opened") };
    assert_eq!(error.code(), Code(4031));

    let folder = tempfile::TempDir::new().expect("a folder");
    let garbage = folder.path().join("governance.db");
    std::fs::write(
        &garbage,
        "this is not a database, and it is long enough to be read as a header of one. ".repeat(50),
    )
    .expect("written");
    let mut settings = ground.settings();
    settings.database_url = governance::sqlite_url(&garbage);
    let Err(error) = Service::open(settings).await else { panic!("garbage was opened") };
    assert_eq!(error.code(), Code(4031));
}

#[tokio::test]
async fn what_was_acknowledged_is_in_the_files() {
    let server = Ground::sqlite().start().await;
    let path = server.ground.database_url.trim_start_matches("sqlite://").trim_end_matches("?mode=rwc").to_owned();
    server.lena().register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
    // What the process would leave behind if it died now: the files as they are, with the log not yet merged.
    let copy = tempfile::TempDir::new().expect("a folder");
    for suffix in ["", "-wal"] {
        let from = format!("{path}{suffix}");
        std::fs::copy(&from, copy.path().join(format!("governance.db{suffix}"))).expect("a copy");
    }
    let mut settings = server.ground.settings();
    settings.database_url = governance::sqlite_url(&copy.path().join("governance.db"));
    let service = Service::open(settings).await.expect("the copy opens");
    drop(service);
    let database =
        sqlx::AnyPool::connect(&governance::sqlite_url(&copy.path().join("governance.db"))).await.expect("it");
    let rows = sqlx::query("SELECT version FROM contract_versions").fetch_all(&database).await.expect("rows");
    assert_eq!(rows.len(), 1);
}
