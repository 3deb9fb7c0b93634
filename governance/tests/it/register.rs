//! Registering contracts.

use chrono::TimeDelta;
use mesh_api::{ClientError, RegistrationStatus, Severity, verify_receipt};
use mesh_contract::Code;

use crate::documents::{contract, described, product, submit};
use crate::server::{Server, now, on_each_database};

#[tokio::test]
async fn a_version_is_registered_once_and_its_receipt_opens() {
    on_each_database(async |server| {
        let (lena, request) = (server.lena(), contract("lending", "loans", "1.0.0"));
        let first = lena.register_contract(&request).await.expect("registered");
        assert_eq!(first.port.to_string(), "lending.loans");
        assert_eq!((first.status, first.registered_by.as_str()), (RegistrationStatus::Active, "lena"));
        assert_eq!(first.registered_at, now());

        let again = lena.register_contract(&request).await.expect("the same again");
        let keys = server.anonymous().keys().await.expect("keys");
        let receipts = [&first, &again].map(|registration| {
            let unsealer = keys.unsealers().next().expect("a key");
            let receipt = registration.receipt.as_deref().expect("a receipt");
            verify_receipt(&unsealer, receipt, now()).expect("the receipt opens")
        });
        assert_eq!(receipts[0], receipts[1]);
        assert_eq!(receipts[0].hash, first.hash);
        assert_eq!(receipts[0].accepted_at, first.registered_at);

        let commented = submit(format!("# a comment\n{}", request.document));
        assert_eq!(lena.register_contract(&commented).await.expect("the same content").hash, first.hash);
    })
    .await;
}

#[tokio::test]
async fn first_is_201_and_again_is_200() {
    on_each_database(async |server| {
        let post = async || {
            let request = reqwest::Client::new().post(server.url("/api/v1/contracts"));
            let token = server.token("lena", &["owner:lending"], chrono::TimeDelta::hours(1));
            let sent = request.bearer_auth(token).json(&contract("lending", "loans", "1.0.0")).send().await;
            sent.expect("an answer").status().as_u16()
        };
        assert_eq!([post().await, post().await], [201, 200]);
    })
    .await;
}

#[tokio::test]
async fn a_registered_version_never_changes() {
    on_each_database(async |server| {
        let lena = server.lena();
        let first = lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let other = described("lending", "loans", "1.0.0", "something else");
        for refused in [lena.register_contract(&other).await.map(drop), lena.validate_contract(&other).await.map(drop)]
        {
            let error = refused.expect_err("refused");
            assert_eq!(error.code(), Code(4021));
            let detail = &error.problem().expect("a problem").detail;
            assert!(detail.contains(&first.hash), "{detail}");
        }
        let stored = lena.version(&first.port, &first.version).await.expect("stored");
        assert_eq!(stored.summary.hash, first.hash);
    })
    .await;
}

#[tokio::test]
async fn a_port_keeps_its_contract() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let mut other = contract("lending", "loans", "2.0.0");
        other.document = other.document.replace("id: urn:bank:lending:loans", "id: urn:bank:lending:mortgages");
        assert_eq!(lena.register_contract(&other).await.expect_err("refused").code(), Code(4023));
        assert_eq!(lena.validate_contract(&other).await.expect_err("refused").code(), Code(4023));
        let versions = lena.versions(&"lending.loans".parse().expect("a name"), &Default::default()).await;
        assert_eq!(versions.expect("versions").items.len(), 1, "the refused version left no trace");
    })
    .await;
}

#[tokio::test]
async fn validating_says_what_registering_would_and_stores_nothing() {
    on_each_database(async |server| {
        let (lena, request) = (server.lena(), contract("lending", "loans", "1.0.0"));
        let before = lena.validate_contract(&request).await.expect("valid");
        assert!(!before.registered);
        assert!(lena.port(&before.port).await.is_err());
        let registered = lena.register_contract(&request).await.expect("registered");
        let after = lena.validate_contract(&request).await.expect("valid");
        assert!(after.registered);
        assert_eq!(after.hash, registered.hash);
    })
    .await;
}

#[tokio::test]
async fn twenty_faults_are_told_at_once_each_with_its_place() {
    on_each_database(async |server| {
        let faulty = include_str!("twenty_faults.yaml");
        let error = server.lena().register_contract(&submit(faulty.to_owned())).await.expect_err("refused");
        assert_eq!(error.code(), Code(4020));
        let problem = error.problem().expect("a problem");
        let errors: Vec<_> = problem.diagnostics.iter().filter(|fault| fault.severity == Severity::Error).collect();
        assert!(errors.len() >= 20, "{problem}");
        for fault in errors {
            assert_eq!(fault.file.as_deref(), Some("loans.yaml"));
            let line = fault.line.expect("a line") as usize;
            assert!((1..=faulty.lines().count()).contains(&line) && fault.column.is_some(), "{fault}");
        }
        assert!(server.lena().ports(&Default::default()).await.expect("ports").items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_contract_is_for_one_port() {
    on_each_database(async |server| {
        let lena = server.lena();
        let mortgages = "  - name: mortgages\n    description: loans on houses\n    properties:\n      - name: id\n        \
                         description: number\n        logicalType: integer\nslaProperties:";
        let two = contract("lending", "loans", "1.0.0").document.replace("slaProperties:", mortgages);
        assert_eq!(lena.register_contract(&submit(two)).await.expect_err("refused").code(), Code(4022));
        let homeless = contract("lending", "loans", "1.0.0").document.replace("domain: lending\n", "");
        assert_eq!(lena.register_contract(&submit(homeless)).await.expect_err("refused").code(), Code(4020));
    })
    .await;
}

#[tokio::test]
async fn hostile_yaml_is_a_fault_like_any_other() {
    on_each_database(async |server| {
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()
            + &(b'b'..=b'z')
                .map(|c| {
                    let (name, before) = (char::from(c), char::from(c - 1));
                    format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(","))
                })
                .collect::<String>();
        let deep = "[".repeat(100_000);
        let twice = contract("lending", "loans", "1.0.0").document + "status: draft\n";
        for document in [bomb, deep, twice, "\0".to_owned(), String::new()] {
            let refused = server.lena().register_contract(&submit(document)).await;
            let Err(ClientError::Refused(problem)) = refused else { panic!("{refused:?}") };
            assert_eq!(problem.status, 422, "{problem}");
            assert!(!problem.diagnostics.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_database_cannot_hold_is_refused_before_it_gets_there() {
    on_each_database(async |server| {
        let long = format!("1.0.0-{}", "x".repeat(5000));
        let mut zero = contract("lending", "loans", "1.0.0");
        zero.document = zero.document.replace("what the bank has lent", "\"a\\0b\"");
        for request in [contract("lending", "loans", &long), zero] {
            assert_eq!(server.lena().register_contract(&request).await.expect_err("refused").code(), Code(4020));
        }
        let mut request = product("lending", "1.0.0", &[]);
        request.manifest = request.manifest.replace("The lending product", "\"a\\0b\"");
        for request in [product("lending", &long, &[]), request] {
            assert_eq!(server.lena().register_product(&request).await.expect_err("refused").code(), Code(4024));
        }
    })
    .await;
}

#[tokio::test]
async fn the_banks_rules_hold_at_registration_and_take_away_no_registration() {
    on_each_database(async |server| {
        let lena = |server: &Server| {
            server.anonymous().with_token(server.token("lena", &["owner:lending"], TimeDelta::days(60)))
        };
        let mut request = contract("lending", "loans", "1.0.0");
        request.document = request.document.replace("role: owner", "role: steward");
        let refused = lena(&server).register_contract(&request).await;
        let Err(ClientError::Refused(problem)) = refused else { panic!("{refused:?}") };
        let codes: Vec<&str> = problem.diagnostics.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!((problem.status, codes), (422, vec!["FC-0101"]), "{problem}");

        let waiver = "{rule: FC-0101, reason: the team is being formed, until: 2026-03-02}";
        request.document += &format!("customProperties: [{{property: waivers, value: [{waiver}]}}]\n");
        let first = lena(&server).register_contract(&request).await.expect("the waiver holds");
        let later = server.stop().await.start_at(now() + TimeDelta::days(30)).await;
        let again = lena(&later).register_contract(&request).await.expect("a registration stays");
        assert_eq!(first.hash, again.hash);
        request.document = request.document.replace("version: 1.0.0", "version: 1.0.1");
        let refused = lena(&later).register_contract(&request).await.expect_err("the waiver is over");
        assert_eq!(refused.code(), Code(4020));
        later.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_version_announces_what_changed_since_the_newest_of_its_major() {
    on_each_database(async |server| {
        let lena = server.lena();
        let first = contract("lending", "loans", "1.2.0");
        lena.register_contract(&first).await.expect("registered");
        let renamed = |version: &str| {
            let mut request = contract("lending", "loans", version);
            let before = request.document.clone();
            request.document = request.document.replace("- name: loan_id\n", "- name: loan_number\n");
            assert_ne!(request.document, before);
            request
        };
        let codes = |error: mesh_api::ClientError| -> Vec<String> {
            error.problem().expect("a problem").diagnostics.iter().map(|fault| fault.code.clone()).collect()
        };
        let low = lena.register_contract(&renamed("1.3.0")).await.expect_err("announces too little");
        assert_eq!(low.code(), Code(4020));
        assert!(
            low.problem().expect("a problem").diagnostics.iter().any(|fault| fault.message.contains("loan_id")),
            "{low}"
        );
        assert!(codes(low).iter().all(|code| code == "FC-0201"));
        let back = lena.register_contract(&contract("lending", "loans", "1.1.0")).await.expect_err("goes backwards");
        assert_eq!(codes(back).first().map(String::as_str), Some("FC-0202"));
        lena.register_contract(&renamed("2.0.0")).await.expect("a major announces everything");
        lena.register_contract(&first).await.expect("what is registered stays so");
    })
    .await;
}
