//! Registering and reading products.

use mesh_api::{PageRequest, RegisterProduct};
use mesh_contract::Code;

use crate::documents::{contract, product, submit};
use crate::server::on_each_database;

#[tokio::test]
async fn a_product_registers_after_its_contracts_and_renews() {
    on_each_database(async |server| {
        let lena = server.lena();
        let request = product("lending", "1.0.0", &[("loans", "1.0.0"), ("loans", "2.0.0"), ("mortgages", "1.0.0")]);
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let error = lena.register_product(&request).await.expect_err("two contracts are missing");
        assert_eq!(error.code(), Code(4025));
        let detail = &error.problem().expect("a problem").detail;
        assert!(
            detail.contains("`lending.loans` version `2.0.0`") && detail.contains("`lending.mortgages`"),
            "{detail}"
        );
        assert!(!detail.contains("version `1.0.0` of contract `urn:bank:lending:loans`"), "{detail}");
        assert!(lena.product("lending").await.is_err(), "the refused product left no trace");

        lena.register_contract(&contract("lending", "loans", "2.0.0")).await.expect("registered");
        lena.register_contract(&contract("lending", "mortgages", "1.0.0")).await.expect("registered");
        let registered = lena.register_product(&request).await.expect("registered");
        assert_eq!(registered, lena.register_product(&request).await.expect("renewed"));
        assert_eq!(registered, server.omar().product("lending").await.expect("a product"));
        let outputs: Vec<_> =
            registered.outputs.iter().map(|output| format!("{} {}", output.port, output.version)).collect();
        assert_eq!(outputs, ["lending.loans 1.0.0", "lending.loans 2.0.0", "lending.mortgages 1.0.0"]);

        let port = server.omar().port(&"lending.loans".parse().expect("a name")).await.expect("a port");
        assert_eq!(port.served, ["1.0.0", "2.0.0"]);
        assert_eq!(port.endpoint, request.endpoint);
    })
    .await;
}

#[tokio::test]
async fn the_product_is_the_version_that_registered_last() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        for version in ["1.0.0", "1.1.0", "1.0.0"] {
            let mut request = product("lending", version, &[("loans", "1.0.0")]);
            request.endpoint = Some(format!("grpc://127.0.0.1:1/{version}").parse().expect("a url"));
            let registered = lena.register_product(&request).await.expect("registered");
            assert_eq!(
                (registered.summary.version.to_string().as_str(), registered.summary.endpoint.clone()),
                (version, request.endpoint.clone())
            );
            // Whoever publishes from elsewhere does not know where the product answers.
            request.endpoint = None;
            let again = lena.register_product(&request).await.expect("registered");
            assert_eq!(again.summary.endpoint, registered.summary.endpoint);
        }
        assert_eq!(lena.product("lending").await.expect("a product").summary.version.to_string(), "1.0.0");
        lena.register_product(&product("lending", "1.2.0", &[])).await.expect("registered");
        let port = lena.port(&"lending.loans".parse().expect("a name")).await.expect("a port");
        assert!(port.served.is_empty() && port.endpoint.is_none(), "no product serves it any more");
    })
    .await;
}

#[tokio::test]
async fn products_are_listed_in_pages() {
    on_each_database(async |server| {
        let domains = ["deposits", "insurance", "lending"];
        for domain in domains.iter().rev() {
            let owner = server.client("owner", &[&format!("owner:{domain}")]);
            owner.register_product(&product(domain, "1.0.0", &[])).await.expect("registered");
        }
        let (mut seen, mut page) = (Vec::new(), PageRequest { cursor: None, limit: Some(2) });
        loop {
            let found = server.omar().products(&page).await.expect("a page");
            seen.extend(found.items.into_iter().map(|product| product.domain));
            page.cursor = found.next;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, domains);
    })
    .await;
}

#[tokio::test]
async fn faulty_manifests_and_addresses_are_refused() {
    on_each_database(async |server| {
        let lena = server.lena();
        let mut request = product("lending", "1.0.0", &[]);
        request.manifest = request.manifest.replace("status: active", "status: actif").replace("kind:", "knd:");
        let error = lena.register_product(&request).await.expect_err("refused");
        assert_eq!(error.code(), Code(4024));
        assert!(error.problem().expect("a problem").diagnostics.len() >= 2);

        let mut request = product("lending", "1.0.0", &[]);
        request.manifest = request.manifest.replace("version: 1.0.0\n", "");
        assert_eq!(lena.register_product(&request).await.expect_err("refused").code(), Code(4024));

        let mut request = product("lending", "1.0.0", &[]);
        request.endpoint = Some("javascript:alert(1)".parse().expect("a url"));
        assert_eq!(lena.register_product(&request).await.expect_err("refused").code(), Code(4026));
    })
    .await;
}

#[tokio::test]
async fn the_banks_own_contracts_and_products_register() {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("a text");
    let folder = |path: &str| {
        let entries = std::fs::read_dir(repository.join(path)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    on_each_database(async |server| {
        let mut products = 0;
        for domain in folder("domains") {
            let name = domain.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            let owner = server.client("owner", &[&format!("owner:{name}")]);
            for path in folder(&format!("contracts/{name}")) {
                if path.to_string_lossy().ends_with(".odcs.yaml") {
                    let registered = owner.register_contract(&submit(read(&path))).await;
                    registered.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                }
            }
            let (manifest, endpoint) = (read(&domain.join("product.odps.yaml")), None);
            let request = RegisterProduct { manifest, file: None, endpoint };
            owner.register_product(&request).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            products += 1;
        }
        assert!(products > 0);
    })
    .await;
}
