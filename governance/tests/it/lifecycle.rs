//! The life of contract versions.

use chrono::TimeDelta;
use mesh_api::RegistrationStatus::{Active, Approved, Deprecated, Proposed, Rejected, Retired};
use mesh_api::{
    Client, ClientError, Deprecate, Page, PageRequest, RegisterContract, Registration, RegistrationStatus,
    RequestAccess, Transition, VersionEvent, VersionSummary,
};
use mesh_contract::{Code, PortName};

use crate::agreements::{because, wish};
use crate::documents::{contract, restricted};
use crate::server::{Server, now, on_each_database};

fn loans() -> PortName {
    "lending.loans".parse().expect("a name")
}

impl Server {
    /// Registers a contract as its owner and brings it into force, if need be as an officer.
    pub(crate) async fn in_force(&self, request: &RegisterContract) -> Registration {
        let owner = self.lena();
        let registered = owner.register_contract(request).await.expect("registered");
        if registered.status != Proposed {
            return registered;
        }
        let seen = owner.version(&registered.port, &registered.version).await.expect("a version").summary;
        let approved = self.officer().decide(&registered.port, &seen, Transition::Approve, "looked at").await;
        assert_eq!(approved.expect("approved").status, Approved);
        owner.register_contract(request).await.expect("known")
    }
}

async fn seen(client: &Client, version: &str) -> VersionSummary {
    client.version(&loans(), &version.parse().expect("a version")).await.expect("a version").summary
}

/// Asks for a transition of the version as it is now, and gives the status then or the code of the refusal.
async fn decide(client: &Client, version: &str, transition: Transition) -> Result<RegistrationStatus, u16> {
    let seen = seen(client, version).await;
    code(match transition {
        Transition::Deprecate => client.deprecate(&loans(), &seen, &ends()).await,
        _ => client.decide(&loans(), &seen, transition, "as agreed").await,
    })
}

fn ends() -> Deprecate {
    Deprecate { reason: "major 2 is there".into(), sunset: now() + TimeDelta::days(90) }
}

fn code(answer: Result<VersionSummary, ClientError>) -> Result<RegistrationStatus, u16> {
    answer.map(|summary| summary.status).map_err(|error| error.code().0)
}

async fn history(client: &Client, version: &str) -> Vec<(Transition, String)> {
    let version = version.parse().expect("a version");
    let page = client.events(&loans(), &version, &PageRequest::default()).await.expect("events");
    let numbers: Vec<u64> = page.items.iter().map(|event| event.number).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    page.items.into_iter().map(|event| (event.transition, event.actor)).collect()
}

fn told(events: &[(Transition, &str)]) -> Vec<(Transition, String)> {
    events.iter().map(|(transition, actor)| (*transition, (*actor).to_owned())).collect()
}

#[tokio::test]
async fn without_restricted_data_the_rules_bring_a_version_into_force() {
    on_each_database(async |server| {
        let lena = server.lena();
        let first = lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        assert_eq!(first.status, Active);
        let expected = [(Transition::Propose, "lena"), (Transition::Approve, "rules"), (Transition::Activate, "rules")];
        assert_eq!(history(&lena, "1.0.0").await, told(&expected));

        lena.register_contract(&contract("lending", "loans", "1.0.1")).await.expect("registered");
        lena.register_contract(&contract("lending", "loans", "2.0.0")).await.expect("registered");
        let statuses = ["1.0.0", "1.0.1", "2.0.0"].map(async |version| seen(&lena, version).await.status);
        assert_eq!(futures::future::join_all(statuses).await, [Deprecated, Active, Active]);
        assert_eq!(history(&lena, "1.0.0").await.last(), told(&[(Transition::Deprecate, "rules")]).last());
        // A product that still has the older one may go on with it.
        let again = lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("known");
        assert!(again.status == Deprecated && again.receipt.is_some());
    })
    .await;
}

#[tokio::test]
async fn restricted_data_waits_for_an_officer_from_outside() {
    on_each_database(async |server| {
        let (lena, request) = (server.lena(), restricted("lending", "loans", "1.0.0"));
        for _ in 0..2 {
            let waiting = lena.register_contract(&request).await.expect("registered");
            assert_eq!((waiting.status, waiting.receipt), (Proposed, None));
        }
        let both = server.client("olga", &["governance", "owner:lending"]);
        let proposer = server.client("lena", &["governance"]);
        for (client, code) in [(&lena, 4027), (&server.omar(), 4027), (&both, 4028), (&proposer, 4028)] {
            assert_eq!(decide(client, "1.0.0", Transition::Approve).await, Err(code));
        }
        assert_eq!(decide(&lena, "1.0.0", Transition::Activate).await, Err(4029));
        assert_eq!(decide(&server.officer(), "1.0.0", Transition::Approve).await, Ok(Approved));
        // The product asks again, and serves.
        let product = server.client("lending", &["service:lending"]);
        let served = product.register_contract(&request).await.expect("known");
        assert!(served.status == Active && served.receipt.is_some());
        let expected =
            [(Transition::Propose, "lena"), (Transition::Approve, "officer"), (Transition::Activate, "rules")];
        assert_eq!(history(&lena, "1.0.0").await, told(&expected));
    })
    .await;
}

#[tokio::test]
async fn what_opens_restricted_data_waits_too() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&restricted("lending", "loans", "1.0.0")).await.expect("registered");
        let mut open = restricted("lending", "loans", "2.0.0");
        open.document = open.document.replace("classification: restricted", "classification: internal");
        assert_eq!(lena.register_contract(&open).await.expect("registered").status, Proposed);
        // Without the column there is nothing left to guard.
        let without = lena.register_contract(&contract("lending", "loans", "3.0.0")).await.expect("registered");
        assert_eq!(without.status, Active);
    })
    .await;
}

#[tokio::test]
async fn what_was_rejected_is_told_apart_and_no_version_to_succeed() {
    on_each_database(async |server| {
        let (lena, officer) = (server.lena(), server.officer());
        lena.register_contract(&restricted("lending", "loans", "1.9.0")).await.expect("registered");
        assert_eq!(decide(&server.omar(), "1.9.0", Transition::Reject).await, Err(4027));
        assert_eq!(decide(&officer, "1.9.0", Transition::Reject).await, Ok(Rejected));
        assert_eq!(decide(&officer, "1.9.0", Transition::Approve).await, Err(4029));
        let again = lena.register_contract(&restricted("lending", "loans", "1.9.0")).await.expect("known");
        assert_eq!((again.status, again.receipt), (Rejected, None));
        // Neither later nor wider than the rejected one, so it would be refused after it.
        let next = lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        assert_eq!(next.status, Active);
        let port = lena.port(&loans()).await.expect("a port").summary;
        assert_eq!((port.newest.to_string().as_str(), port.majors), ("1.0.0", vec![1]));
    })
    .await;
}

#[tokio::test]
async fn a_major_is_deprecated_with_a_date_and_retired_for_good() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        assert_eq!(decide(&lena, "1.0.0", Transition::Retire).await, Err(4029), "not before it is deprecated");
        for sunset in [now(), now() - TimeDelta::days(1), now() + TimeDelta::days(4000)] {
            let wrong = Deprecate { sunset, ..ends() };
            assert_eq!(code(lena.deprecate(&loans(), &seen(&lena, "1.0.0").await, &wrong).await), Err(4038));
        }
        assert_eq!(decide(&server.omar(), "1.0.0", Transition::Deprecate).await, Err(4027));
        assert_eq!(decide(&lena, "1.0.0", Transition::Deprecate).await, Ok(Deprecated));
        assert_eq!(seen(&lena, "1.0.0").await.sunset, Some(ends().sunset));
        // A fix of a major on its way out is on its way out too.
        let fix = lena.register_contract(&contract("lending", "loans", "1.0.1")).await.expect("registered");
        assert_eq!(fix.status, Deprecated);
        assert_eq!(seen(&lena, "1.0.1").await.sunset, Some(ends().sunset));
        for version in ["1.0.0", "1.0.1"] {
            assert_eq!(decide(&lena, version, Transition::Retire).await, Ok(Retired));
            for transition in [Transition::Approve, Transition::Activate, Transition::Deprecate, Transition::Retire] {
                assert_eq!(decide(&server.officer(), version, transition).await, Err(4029));
            }
        }
        let again = lena.register_contract(&contract("lending", "loans", "1.0.1")).await.expect("known");
        assert_eq!((again.status, again.receipt), (Retired, None));
    })
    .await;
}

#[tokio::test]
async fn a_major_does_not_end_while_a_consumer_has_neither_moved_on_nor_acknowledged() {
    on_each_database(async |server| {
        let (lena, omar) = (server.lena(), server.omar());
        for version in ["1.0.0", "1.0.1", "2.0.0"] {
            lena.register_contract(&contract("lending", "loans", version)).await.expect("registered");
        }
        for (consumer, majors) in [("omar", [1].as_slice()), ("mona", &[1, 2])] {
            for major in majors {
                let consumer = server.client(consumer, &["analyst"]);
                let wish = RequestAccess { major: *major, ..wish("risk", None, 30) };
                let asked = consumer.request_access(&wish, None).await.expect("asked").summary;
                lena.approve_access(&asked.id, &because("needed"), &asked.tag()).await.expect("approved");
            }
        }
        assert_eq!(decide(&lena, "1.0.1", Transition::Deprecate).await, Ok(Deprecated));
        let version = "1.0.1".parse().expect("a version");
        let concerns = async |client: &Client| {
            let events = client.events(&loans(), &version, &PageRequest::default()).await.expect("events").items;
            events.last().expect("an event").concerns.clone()
        };
        assert_eq!(concerns(&lena).await, ["mona", "omar"]);
        assert!(concerns(&omar).await.is_empty(), "who else reads is nobody's business");

        // The older of the two goes: the major stays in force.
        assert_eq!(decide(&lena, "1.0.0", Transition::Retire).await, Ok(Retired));
        assert_eq!(decide(&lena, "1.0.1", Transition::Retire).await, Err(4034));
        let eve = server.client("eve", &[]).acknowledge(&loans(), &version).await.map(drop);
        assert_eq!(eve.expect_err("no agreement").code(), Code(4039));
        for _ in 0..2 {
            omar.acknowledge(&loans(), &version).await.expect("acknowledged");
        }
        assert_eq!(decide(&lena, "1.0.1", Transition::Retire).await, Ok(Retired));
    })
    .await;
}

#[tokio::test]
async fn who_decides_says_what_it_saw_and_why() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let stale = seen(&lena, "1.0.0").await;
        let first = lena.deprecate(&loans(), &stale, &ends()).await.expect("deprecated");
        assert_eq!(code(lena.deprecate(&loans(), &stale, &ends()).await), Err(4035));
        let later = Deprecate { sunset: now() + TimeDelta::days(120), ..ends() };
        let second = lena.deprecate(&loans(), &first, &later).await.expect("another date");
        assert_eq!((second.sunset, second.revision), (Some(later.sunset), first.revision + 1));
        let mute = Deprecate { reason: " ".into(), ..ends() };
        assert_eq!(code(lena.deprecate(&loans(), &second, &mute).await), Err(4037));

        let post = async |matching: Option<&str>| {
            let url = server.url("/api/v1/ports/lending/loans/versions/1.0.0/retire");
            let token = server.token("lena", &["owner:lending"], TimeDelta::hours(1));
            let mut request = reqwest::Client::new().post(url).bearer_auth(token);
            if let Some(tag) = matching {
                request = request.header("if-match", tag);
            }
            let answer = request.json(&serde_json::json!({"reason": "over"})).send().await.expect("an answer");
            (answer.status().as_u16(), answer.headers().get("etag").is_some())
        };
        assert_eq!(post(None).await, (428, false));
        assert_eq!(post(Some("\"sha256:00+1\"")).await, (412, false));
        assert_eq!(post(Some("*")).await, (428, false));
        assert_eq!(post(Some(&second.etag())).await, (200, true));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_cannot_be_moved() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let seen = VersionSummary { version: "7.0.0".parse().expect("a version"), ..seen(&lena, "1.0.0").await };
        assert_eq!(code(lena.decide(&loans(), &seen, Transition::Retire, "over").await), Err(4004));
        let none = lena.events(&loans(), &seen.version, &PageRequest::default()).await.map(drop);
        assert_eq!(none.expect_err("no events").code(), Code(4004));
        let known = lena.acknowledge(&loans(), &"1.0.0".parse().expect("a version")).await.map(drop);
        assert_eq!(known.expect_err("no agreement").code(), Code(4039));
    })
    .await;
}

#[tokio::test]
async fn events_come_in_pages() {
    on_each_database(async |server: Server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let (mut all, mut page) = (Vec::new(), PageRequest { cursor: None, limit: Some(2) });
        let version = "1.0.0".parse().expect("a version");
        loop {
            let Page::<VersionEvent> { items, next } = lena.events(&loans(), &version, &page).await.expect("a page");
            all.extend(items.into_iter().map(|event| event.status));
            page.cursor = next;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(all, [Proposed, Approved, Active]);
    })
    .await;
}
