//! Searching the catalog.

use mesh_api::{Client, EntryKind, Page, PageRequest, SearchHit, SearchPage, SearchRequest};
use mesh_contract::Code;
use mesh_contract::model::Classification;

use crate::documents::{contract, product, submit};
use crate::server::{Server, on_each_database};

/// A contract with a title, tags, an owner with a name, and these columns (name, title, description, classification).
fn catalogued(domain: &str, port: &str, columns: &[(&str, &str, &str, &str)]) -> mesh_api::RegisterContract {
    let mut text = contract(domain, port, "1.0.0").document;
    let (head, tail) = text.split_once("    properties:\n").expect("a contract");
    let (_, tail) = tail.split_once("slaProperties:").expect("a contract");
    let mut properties = String::new();
    for (place, (name, title, description, classification)) in columns.iter().enumerate() {
        let mask = if *classification == "restricted" {
            "\n        customProperties: [{property: mask, value: redact}]"
        } else {
            ""
        };
        let key = if place == 0 {
            "\n        primaryKey: true\n        primaryKeyPosition: 1\n        required: true"
        } else {
            ""
        };
        properties.push_str(&format!(
            "      - name: {name}\n        businessName: {title}\n        description: {description}\n        \
             classification: {classification}\n        logicalType: string\n        \
             logicalTypeOptions: {{minLength: 1, maxLength: 40}}{key}{mask}\n"
        ));
    }
    text = format!("{head}    properties:\n{properties}slaProperties:{tail}");
    submit(text.replace("{username: lena, role: owner}", "{username: lena, name: Lena Brandt, role: owner}"))
}

async fn catalogue(server: &Server) {
    let owner = server.client("both", &["owner:lending", "owner:deposits"]);
    let loans = [
        ("loan_id", "Loan number", "the number on the papers", "internal"),
        ("customer_id", "Customer", "who owes the money", "confidential"),
        ("iban", "Account", "where instalments are taken from", "restricted"),
    ];
    owner.register_contract(&catalogued("lending", "loans", &loans)).await.expect("registered");
    let collateral = [
        ("collateral_id", "Security", "what secures a loan", "internal"),
        ("loans", "Loans secured", "how many there are", "internal"),
    ];
    owner.register_contract(&catalogued("lending", "collateral", &collateral)).await.expect("registered");
    let accounts = [("account_id", "Account number", "the number of the account", "internal")];
    owner.register_contract(&catalogued("deposits", "accounts", &accounts)).await.expect("registered");
    owner.register_product(&product("lending", "1.0.0", &[("loans", "1.0.0")])).await.expect("registered");
}

async fn search(client: &Client, q: &str) -> SearchPage {
    client.search(&SearchRequest { q: Some(q.into()), ..SearchRequest::default() }).await.expect("a page")
}

async fn names(client: &Client, q: &str) -> Vec<String> {
    search(client, q).await.items.into_iter().map(|hit| hit.name).collect()
}

#[tokio::test]
async fn exact_names_come_first_and_parts_are_found() {
    on_each_database(async |server| {
        catalogue(&server).await;
        let omar = server.omar();
        for (query, first) in [
            ("lending.loans", "lending.loans"),
            ("loans", "lending.loans"),
            ("loan_id", "lending.loans.loan_id"),
            ("loans.loan_id", "lending.loans.loan_id"),
            ("LOAN_ID ", "lending.loans.loan_id"),
            ("lending", "lending"),
            ("customer", "lending.loans.customer_id"),
            ("owes money", "lending.loans.customer_id"),
            ("what the owner owes", "lending.loans.customer_id"),
            ("deposits accounts", "deposits.accounts"),
        ] {
            assert_eq!(names(&omar, query).await.first().map(String::as_str), Some(first), "{query}");
        }
        assert_eq!(names(&omar, "loans").await[..2], ["lending.loans", "lending.collateral.loans"]);
    })
    .await;
}

#[tokio::test]
async fn typing_errors_and_beginnings_are_forgiven_by_length() {
    on_each_database(async |server| {
        catalogue(&server).await;
        let omar = server.omar();
        for query in ["custmoer ", "costomer ", "cust", "customr_id"] {
            let found = names(&omar, query).await;
            assert_eq!(found.first().map(String::as_str), Some("lending.loans.customer_id"), "{query}: {found:?}");
        }
        assert!(names(&omar, "collatteral").await.contains(&"lending.collateral".to_owned()));
        assert!(names(&omar, "ibna ").await.contains(&"lending.loans.iban".to_owned()));
        assert!(names(&omar, "xyz").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn owners_and_titles_are_found_and_marked_as_plain_text() {
    on_each_database(async |server| {
        catalogue(&server).await;
        let hostile = [("note", "Note", "\"<svg onload=alert(1)> the remark & more\"", "internal")];
        server.lena().register_contract(&catalogued("lending", "notes", &hostile)).await.expect("registered");
        let omar = server.omar();
        let found = search(&omar, "brandt").await;
        assert!(found.items.iter().any(|hit| hit.name == "lending.loans" && hit.owners == ["Lena Brandt (lena)"]));
        let found = search(&omar, "remark").await;
        let hit = found.items.first().expect("a hit");
        let parts: Vec<_> = hit.highlights[0].parts.iter().map(|part| (part.text.as_str(), part.marked)).collect();
        assert_eq!(parts, [("<svg onload=alert(1)> the ", false), ("remark", true), (" & more", false)]);
        assert_eq!(hit.highlights[0].field, "description");
    })
    .await;
}

#[tokio::test]
async fn facets_count_and_filters_narrow() {
    on_each_database(async |server| {
        catalogue(&server).await;
        let omar = server.omar();
        let counts = |page: &SearchPage, facet: &str| -> Vec<(String, u64)> {
            let facets = serde_json::to_value(&page.facets).expect("json");
            let counts = facets[facet].as_array().expect("a facet").iter();
            counts
                .map(|count| {
                    (count["value"].as_str().expect("text").into(), count["count"].as_u64().expect("a number"))
                })
                .collect()
        };
        let all = omar.search(&SearchRequest::default()).await.expect("a page");
        // One product, three ports, six columns.
        assert_eq!(all.total, 10);
        assert_eq!(counts(&all, "kind"), [("column".into(), 6), ("port".into(), 3), ("product".into(), 1)]);
        assert_eq!(counts(&all, "domain"), [("lending".into(), 8), ("deposits".into(), 2)]);
        // What is confidential or restricted waits for a second pair of eyes.
        assert_eq!(counts(&all, "status"), [("active".into(), 5), ("proposed".into(), 4)]);
        assert_eq!(counts(&all, "freshness"), [("unknown".into(), 9)]);
        assert_eq!(all.items.first().map(|hit| hit.kind), Some(EntryKind::Product));

        let request = SearchRequest {
            domain: Some("lending".into()),
            kind: Some(EntryKind::Column),
            classification: Some(Classification::Restricted),
            ..SearchRequest::default()
        };
        let narrow = omar.search(&request).await.expect("a page");
        assert_eq!(narrow.items.iter().map(|hit| hit.name.as_str()).collect::<Vec<_>>(), ["lending.loans.iban"]);
        // A filter leaves the other values of its own facet to choose from.
        assert_eq!(
            counts(&narrow, "classification"),
            [("internal".into(), 3), ("confidential".into(), 1), ("restricted".into(), 1)]
        );
        assert_eq!(counts(&narrow, "kind"), [("column".into(), 1), ("port".into(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn pages_hold_every_entry_once_whatever_is_registered_meanwhile() {
    on_each_database(async |server| {
        catalogue(&server).await;
        let (omar, lena) = (server.omar(), server.lena());
        for q in [None, Some("loan number account")] {
            let ask = |cursor, limit| SearchRequest {
                q: q.map(str::to_owned),
                cursor,
                limit: Some(limit),
                ..SearchRequest::default()
            };
            let whole = omar.search(&ask(None, 100)).await.expect("a page");
            let (mut seen, mut cursor, mut number) = (Vec::new(), None, 0);
            loop {
                let page = omar.search(&ask(cursor, 2)).await.expect("a page");
                seen.extend(page.items.into_iter().map(|hit| hit.name));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
                number += 1;
                let name = format!("loans_{}_{number}", q.map_or("all", |_| "some"));
                lena.register_contract(&contract("lending", &name, "1.0.0")).await.expect("registered");
            }
            let mut known: Vec<String> = whole.items.into_iter().map(|hit| hit.name).collect();
            let news = seen.iter().filter(|name| !known.contains(name)).count();
            assert!(news < seen.len());
            seen.retain(|name| known.contains(name));
            // Those that were there are all found, once, and in the same order.
            assert_eq!(seen, std::mem::take(&mut known), "{q:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_registered_before_the_question_is_found() {
    on_each_database(async |server| {
        let (lena, omar) = (server.lena(), server.omar());
        for number in 0..20 {
            let port = format!("ledger_{number}");
            lena.register_contract(&contract("lending", &port, "1.0.0")).await.expect("registered");
            assert_eq!(names(&omar, &port).await.first(), Some(&format!("lending.{port}")));
        }
        let server = server.stop().await.start().await;
        assert_eq!(
            names_when_ready(&server.omar(), "ledger_7").await.first().map(String::as_str),
            Some("lending.ledger_7")
        );
        // A new version takes the place of the one before.
        let changed = contract("lending", "ledger_7", "2.0.0").document.replace("loan_id", "entry_number");
        server.lena().register_contract(&submit(changed)).await.expect("registered");
        let found: Vec<SearchHit> = search(&server.omar(), "lending.ledger_7.").await.items;
        let of_port: Vec<_> = found.iter().filter(|hit| hit.name.starts_with("lending.ledger_7.")).collect();
        assert_eq!(of_port.iter().map(|hit| hit.name.as_str()).collect::<Vec<_>>(), ["lending.ledger_7.entry_number"]);
    })
    .await;
}

/// After a start the index is built beside the first requests.
async fn names_when_ready(client: &Client, q: &str) -> Vec<String> {
    loop {
        match client.search(&SearchRequest { q: Some(q.into()), ..SearchRequest::default() }).await {
            Ok(page) => return page.items.into_iter().map(|hit| hit.name).collect(),
            Err(error) => assert_eq!(error.code(), Code(4090)),
        }
    }
}

#[tokio::test]
async fn hostile_queries_are_answered_or_refused() {
    on_each_database(async |server| {
        catalogue(&server).await;
        let omar = server.omar();
        let wild = "*?".repeat(5_000);
        let refused =
            omar.search(&SearchRequest { q: Some(wild), ..SearchRequest::default() }).await.expect_err("refused");
        assert_eq!(refused.code(), Code(4010));
        let many: String = ('a'..='z').flat_map(|a| ['x', 'y'].map(|b| format!("{a}{b}{a} "))).collect();
        for query in
            ["*", "\"", "((((", "\u{0}\u{1b}[31m", "'; DROP TABLE ports; --", "\u{202e}", &"z".repeat(1000), &many]
        {
            search(&omar, query).await;
        }
        assert_eq!(search(&omar, "?!").await.total, 0, "no word is no match");
        assert_eq!(search(&omar, "  ").await.total, 10, "no query is everything");
        for (cursor, limit) in
            [(Some("!"), None), (Some("eA"), None), (Some("OSA5IHg"), None), (None, Some(0)), (None, Some(101))]
        {
            let request = SearchRequest {
                q: Some("loans".into()),
                cursor: cursor.map(str::to_owned),
                limit,
                ..SearchRequest::default()
            };
            assert_eq!(omar.search(&request).await.expect_err("refused").code(), Code(4010), "{cursor:?} {limit:?}");
        }
        let listed: Page<_> = omar.ports(&PageRequest::default()).await.expect("a page");
        assert_eq!(listed.items.len(), 3);
    })
    .await;
}
