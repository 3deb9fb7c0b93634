//! Reading ports and versions.

use mesh_api::PageRequest;
use mesh_contract::{Code, PortName};

use crate::documents::{contract, described};
use crate::server::on_each_database;

fn loans() -> PortName {
    "lending.loans".parse().expect("a name")
}

#[tokio::test]
async fn pages_hold_every_port_once_in_order() {
    on_each_database(async |server| {
        let both = server.client("both", &["owner:lending", "owner:deposits"]);
        let mut names = Vec::new();
        for (domain, port) in
            [("lending", "b"), ("deposits", "z"), ("lending", "a"), ("lending", "c"), ("deposits", "y")]
        {
            both.register_contract(&contract(domain, port, "1.0.0")).await.expect("registered");
            names.push(format!("{domain}.{port}"));
        }
        names.sort();
        for limit in [1, 2, 5, 500] {
            let (mut seen, mut page) = (Vec::new(), PageRequest { cursor: None, limit: Some(limit) });
            loop {
                let found = server.omar().ports(&page).await.expect("a page");
                assert!(found.items.len() <= limit as usize);
                seen.extend(found.items.into_iter().map(|port| port.name.to_string()));
                page.cursor = found.next;
                if page.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, names, "in pages of {limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn versions_are_ordered_as_versions_are() {
    on_each_database(async |server| {
        let lena = server.lena();
        for version in ["10.0.0-alpha", "1.0.0", "1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0-rc.2", "2.0.0-rc.10"] {
            let request = described("lending", "loans", version, &format!("as of {version}"));
            lena.register_contract(&request).await.expect("registered");
        }
        let (mut seen, mut page) = (Vec::new(), PageRequest { cursor: None, limit: Some(3) });
        loop {
            let found = server.omar().versions(&loans(), &page).await.expect("a page");
            seen.extend(found.items.into_iter().map(|entry| entry.version.to_string()));
            page.cursor = found.next;
            if page.cursor.is_none() {
                break;
            }
        }
        let newest_first = ["10.0.0-alpha", "2.0.0-rc.10", "2.0.0-rc.2", "2.0.0-rc.1", "1.10.0", "1.9.0", "1.0.0"];
        assert_eq!(seen, newest_first);

        let port = server.omar().port(&loans()).await.expect("a port");
        assert_eq!(port.summary.newest.to_string(), "1.10.0", "a release before any pre-release");
        assert_eq!(port.summary.description.as_deref(), Some("as of 1.10.0"));
        assert_eq!(port.summary.majors, [1, 2, 10]);
        let listed = server.omar().ports(&PageRequest::default()).await.expect("a page");
        assert_eq!(listed.items, [port.summary]);
    })
    .await;
}

#[tokio::test]
async fn a_version_is_read_as_it_was_written() {
    on_each_database(async |server| {
        let mut request = contract("lending", "loans", "1.0.0");
        request.document.push_str("# Dr. Ünal's note:\tkeep «this»\r\n");
        let registered = server.lena().register_contract(&request).await.expect("registered");
        let read = server.omar().version(&registered.port, &registered.version).await.expect("a version");
        assert_eq!(read.document, request.document);
        assert_eq!((read.id, read.summary.hash), (registered.id, registered.hash));
        assert_eq!(read.summary.registered_at, registered.registered_at);
    })
    .await;
}

#[tokio::test]
async fn an_entity_tag_saves_reading_again() {
    on_each_database(async |server| {
        let registered =
            server.lena().register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let token = server.token("omar", &[], chrono::TimeDelta::hours(1));
        let get = async |tag: Option<&str>| {
            let url = server.url("/api/v1/ports/lending/loans/versions/1.0.0");
            let mut request = reqwest::Client::new().get(url).bearer_auth(&token);
            if let Some(tag) = tag {
                request = request.header("if-none-match", tag);
            }
            request.send().await.expect("an answer")
        };
        let first = get(None).await;
        let tag = first.headers()["etag"].to_str().expect("a tag").to_owned();
        assert!(tag.contains(&registered.hash));
        let again = get(Some(&format!("\"other\", {tag}"))).await;
        assert_eq!((again.status().as_u16(), again.bytes().await.expect("a body").len()), (304, 0));
        assert_eq!(get(Some("\"other\"")).await.status(), 200);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_registered_is_not_there() {
    on_each_database(async |server| {
        server.lena().register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let (omar, none) = (server.omar(), "lending.none".parse().expect("a name"));
        let codes = [
            omar.port(&none).await.map(drop),
            omar.versions(&none, &PageRequest::default()).await.map(drop),
            omar.version(&loans(), &"1.0.1".parse().expect("a version")).await.map(drop),
            omar.product("lending").await.map(drop),
        ]
        .map(|answer| answer.expect_err("not there").code());
        assert_eq!(codes, [Code(4004); 4]);
    })
    .await;
}
