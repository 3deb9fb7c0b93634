//! Access agreements, from the request to the end.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use mesh_api::{
    AgreementAction as Action, AgreementDetail, AgreementQuery, AgreementStatus as Status, Client, ClientError,
    DecideAccess, RegisterContract, RenewAccess, RequestAccess,
};
use mesh_contract::Code;

use crate::audit::trail;
use crate::documents::contract;
use crate::server::{Server, now, on_each_database};

/// A contract of `lending.loans` with an internal, a confidential and a restricted column, which approves audit in advance.
pub(crate) fn loans(version: &str) -> RegisterContract {
    let mut request = contract("lending", "loans", version);
    let first = "        logicalTypeOptions: {minimum: 1}\n";
    assert!(request.document.contains(first));
    let more = "      - {name: city, description: where the borrower lives, classification: confidential, logicalType: string}\n      \
                - {name: tax_number, description: number at the tax office, classification: restricted, logicalType: string, \
                   customProperties: [{property: mask, value: hash}]}\n";
    request.document = request.document.replace(first, &format!("{first}{more}"));
    request.document += "customProperties: [{property: accessApproval, value: [{purposes: [audit], classification: internal, \
                         days: 90}]}]\n";
    request
}

pub(crate) fn wish(purpose: &str, columns: Option<&[&str]>, days: i64) -> RequestAccess {
    RequestAccess {
        port: "lending.loans".parse().expect("a name"),
        major: 1,
        purposes: [purpose.to_owned()].into(),
        columns: columns.map(set),
        until: now() + TimeDelta::days(days),
        reason: "the monthly report".into(),
    }
}

pub(crate) fn because(reason: &str) -> DecideAccess {
    DecideAccess { reason: reason.into() }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn actions(agreement: &AgreementDetail) -> Vec<(Action, Status, &str)> {
    agreement.events.iter().map(|event| (event.action, event.status, event.actor.as_str())).collect()
}

fn code<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> Code {
    answer.expect_err("refused").code()
}

impl Server {
    pub(crate) fn officer(&self) -> Client {
        self.client("officer", &["governance"])
    }

    pub(crate) async fn with_loans(self) -> Self {
        self.in_force(&loans("1.0.0")).await;
        self
    }
}

#[tokio::test]
async fn the_owner_decides_on_what_is_internal() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, lena) = (server.omar(), server.lena());
        let asked = omar.request_access(&wish("risk", Some(&["loan_id"]), 30), None).await.expect("asked");
        assert_eq!((asked.summary.status, asked.summary.needs_governance), (Status::Requested, false));
        assert_eq!((asked.summary.starts, asked.summary.expires), (None, None));
        let seen = lena.agreement(&asked.summary.id).await.expect("the owner sees it");
        let tag = seen.summary.tag();
        let granted = lena.approve_access(&asked.summary.id, &because("needed"), &tag).await.expect("approved");
        assert_eq!((granted.summary.starts, granted.summary.expires), (Some(now()), Some(now() + TimeDelta::days(30))));
        assert_eq!(
            actions(&granted),
            [(Action::Request, Status::Requested, "omar"), (Action::ApproveAsOwner, Status::Active, "lena")]
        );
        assert_eq!(granted.events[1].reason, "needed");
        assert_eq!(omar.agreement(&asked.summary.id).await.expect("still there"), granted);
        assert_eq!(code(lena.approve_access(&asked.summary.id, &because("again"), &tag).await), Code(4035));
        let tag = granted.summary.tag();
        assert_eq!(code(lena.approve_access(&asked.summary.id, &because("again"), &tag).await), Code(4062));
        let revoked = lena.revoke_access(&asked.summary.id, &because("over"), &tag).await.expect("revoked");
        assert_eq!(revoked.summary.status, Status::Revoked);
        let tag = revoked.summary.tag();
        assert_eq!(code(lena.revoke_access(&asked.summary.id, &because("again"), &tag).await), Code(4062));
        let trail = trail(&server).await;
        let told: Vec<_> = trail.iter().map(|record| (record.actor.as_str(), record.action.as_str())).collect();
        let expected = [
            ("lena", "contract.register"),
            ("officer", "contract.approve"),
            ("rules", "contract.activate"),
            ("omar", "agreement.request"),
            ("lena", "agreement.approve-as-owner"),
            ("lena", "agreement.revoke"),
        ];
        assert_eq!(told, expected, "what was refused left no record");
    })
    .await;
}

#[tokio::test]
async fn governance_decides_as_well_on_what_is_confidential() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, lena, officer) = (server.omar(), server.lena(), server.officer());
        let asked = omar.request_access(&wish("risk", None, 30), None).await.expect("asked").summary;
        assert_eq!((asked.needs_governance, asked.classification.as_str()), (true, "restricted"));
        let half = officer.approve_access(&asked.id, &because("ok"), &asked.tag()).await.expect("approved").summary;
        assert_eq!((half.status, half.columns.as_ref()), (Status::Requested, None));
        assert_eq!(code(officer.approve_access(&asked.id, &because("ok"), &half.tag()).await), Code(4061), "twice");
        let whole = lena.approve_access(&asked.id, &because("ok"), &half.tag()).await.expect("approved").summary;
        assert_eq!((whole.status, whole.columns), (Status::Active, Some(set(&["city", "loan_id", "tax_number"]))));

        // What a later version adds, nobody has decided on.
        let mut later = loans("1.1.0");
        let city = "      - {name: city,";
        let street = "      - {name: street, description: with its number, classification: restricted, logicalType: string, \
                       customProperties: [{property: mask, value: hash}]}\n";
        later.document = later.document.replace(city, &format!("{street}{city}"));
        server.in_force(&later).await;
        let read = omar.agreement(&asked.id).await.expect("there").summary;
        assert!(!read.columns.expect("columns").contains("street"));
    })
    .await;
}

#[tokio::test]
async fn nobody_decides_on_a_request_of_their_own_or_for_others_domains() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let lena = server.lena();
        let own = lena.request_access(&wish("risk", Some(&["loan_id"]), 30), None).await.expect("asked").summary;
        assert_eq!(code(lena.approve_access(&own.id, &because("mine"), &own.tag()).await), Code(4061));
        assert_eq!(code(lena.reject_access(&own.id, &because("mine"), &own.tag()).await), Code(4061));
        let product = server.client("product:lending", &["service:lending"]);
        assert_eq!(code(product.approve_access(&own.id, &because("ok"), &own.tag()).await), Code(4061));
        for stranger in [server.omar(), server.client("ivo", &["owner:investing"])] {
            assert_eq!(code(stranger.agreement(&own.id).await), Code(4060));
            assert_eq!(code(stranger.revoke_access(&own.id, &because("ok"), &own.tag()).await), Code(4060));
            assert_eq!(code(stranger.agreement("agr-999").await), Code(4060));
        }
        let other = server.client("lars", &["owner:lending"]);
        other.reject_access(&own.id, &because("lena has access already"), &own.tag()).await.expect("rejected");
    })
    .await;
}

#[tokio::test]
async fn what_the_contract_approves_in_advance_is_granted_at_once() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, lena) = (server.omar(), server.lena());
        let granted = omar.request_access(&wish("audit", Some(&["loan_id"]), 90), None).await.expect("granted");
        let by_rule = (Action::ApproveByRule, Status::Active, "governance");
        assert_eq!(actions(&granted), [(Action::Request, Status::Requested, "omar"), by_rule]);
        for asks_more in [
            wish("audit", Some(&["loan_id"]), 91),
            wish("audit", Some(&["city"]), 90),
            wish("risk", Some(&["loan_id"]), 90),
        ] {
            let asked = omar.request_access(&asks_more, None).await.expect("asked");
            assert_eq!(asked.summary.status, Status::Requested);
        }

        let (id, renew) = (&granted.summary.id, |days| RenewAccess {
            until: now() + TimeDelta::days(days),
            reason: "one more quarter".into(),
        });
        assert_eq!(code(omar.renew_access(id, &renew(90), &granted.summary.tag()).await), Code(4066), "no longer");
        assert_eq!(code(lena.renew_access(id, &renew(120), &granted.summary.tag()).await), Code(4061));
        let asked = omar.renew_access(id, &renew(120), &granted.summary.tag()).await.expect("asked").summary;
        assert_eq!((asked.status, asked.expires), (Status::Renewing, granted.summary.expires));
        assert_eq!(asked.until, now() + TimeDelta::days(120));
        let kept = lena.reject_access(id, &because("90 are enough"), &asked.tag()).await.expect("rejected").summary;
        assert_eq!(
            (kept.status, kept.expires, kept.until),
            (Status::Active, asked.expires, now() + TimeDelta::days(90))
        );
        let asked = omar.renew_access(id, &renew(120), &kept.tag()).await.expect("asked").summary;
        let longer = lena.approve_access(id, &because("well then"), &asked.tag()).await.expect("approved").summary;
        assert_eq!((longer.status, longer.expires), (Status::Active, Some(now() + TimeDelta::days(120))));
        assert_eq!(longer.starts, granted.summary.starts);

        let short = omar.request_access(&wish("audit", Some(&["loan_id"]), 30), None).await.expect("granted").summary;
        let renewed = omar.renew_access(&short.id, &renew(60), &short.tag()).await.expect("granted by rule");
        assert_eq!(actions(&renewed)[2..], [(Action::Renew, Status::Renewing, "omar"), by_rule]);
        assert_eq!(renewed.summary.expires, Some(now() + TimeDelta::days(60)));
        let gone = omar.revoke_access(&short.id, &because("no longer needed"), &renewed.summary.tag()).await;
        assert_eq!(gone.expect("one may give up what one has").summary.status, Status::Revoked);
    })
    .await;
}

#[tokio::test]
async fn each_sees_what_is_theirs() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, lena) = (server.omar(), server.lena());
        let ana = server.client("ana", &["analyst"]);
        for _ in 0..3 {
            omar.request_access(&wish("risk", Some(&["loan_id"]), 30), None).await.expect("asked");
        }
        let last = ana.request_access(&wish("audit", Some(&["loan_id"]), 30), None).await.expect("granted").summary;
        let all = AgreementQuery::default();
        let count =
            async |client: &Client, query: &AgreementQuery| client.agreements(query).await.expect("a page").items.len();
        let ivo = server.client("ivo", &["owner:investing", "owner:lend_ng"]);
        for (client, seen) in [(&omar, 3), (&ana, 1), (&lena, 4), (&server.officer(), 4), (&ivo, 0)] {
            assert_eq!(count(client, &all).await, seen);
        }
        let of = |query: AgreementQuery| query;
        let requested = of(AgreementQuery { status: Some(Status::Requested), ..all.clone() });
        let of_ana = of(AgreementQuery { principal: Some("ana".into()), ..all.clone() });
        let of_loans = of(AgreementQuery { port: Some("lending.loans".into()), ..all.clone() });
        let of_others = of(AgreementQuery { domain: Some("investing".into()), ..all.clone() });
        for (query, seen) in [(&requested, 3), (&of_ana, 1), (&of_loans, 4), (&of_others, 0)] {
            assert_eq!(count(&lena, query).await, seen, "{query:?}");
        }
        assert_eq!(count(&omar, &of_ana).await, 0, "asking for others' does not show them");
        assert_eq!(
            code(lena.agreements(&AgreementQuery { port: Some("Loans".into()), ..all.clone() }).await),
            Code(4010)
        );

        let (mut seen, mut page) = (Vec::new(), AgreementQuery { limit: Some(3), ..all });
        loop {
            let found = lena.agreements(&page).await.expect("a page");
            seen.extend(found.items.into_iter().map(|agreement| agreement.id));
            page.cursor = found.next;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!((seen.len(), &seen[0]), (4, &last.id), "newest first");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_request_under_a_key_is_made_once() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, ana) = (server.omar(), server.client("ana", &["analyst"]));
        let request = wish("audit", Some(&["loan_id"]), 30);
        let first = omar.request_access(&request, Some("k-1")).await.expect("granted").summary;
        let renewal = RenewAccess { until: now() + TimeDelta::days(60), reason: "longer".into() };
        omar.renew_access(&first.id, &renewal, &first.tag()).await.expect("renewed");
        let again = omar.request_access(&request, Some("k-1")).await.expect("the same").summary;
        assert_eq!((&again.id, again.expires), (&first.id, Some(renewal.until)), "as it is now");
        let other = RequestAccess { reason: "another".into(), ..request.clone() };
        assert_eq!(code(omar.request_access(&other, Some("k-1")).await), Code(4063));
        let anas = ana.request_access(&request, Some("k-1")).await.expect("keys are one's own").summary;
        assert_ne!(anas.id, first.id);
        assert_eq!(code(omar.request_access(&request, Some(&"k".repeat(101))).await), Code(4066));

        let racing = (0..16).map(|_| {
            let (omar, request) = (server.omar(), request.clone());
            tokio::spawn(async move { omar.request_access(&request, Some("k-2")).await.expect("made").summary.id })
        });
        let mut made = BTreeSet::new();
        for runner in racing.collect::<Vec<_>>() {
            made.insert(runner.await.expect("the task ends"));
        }
        assert_eq!(made.len(), 1, "{made:?}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_granted_cannot_be_asked_for() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let omar = server.omar();
        let good = wish("risk", None, 30);
        let none = RequestAccess { port: "lending.none".parse().expect("a name"), ..good.clone() };
        let major = RequestAccess { major: 2, ..good.clone() };
        for (request, expected) in [
            (none, 4004),
            (major, 4004),
            (wish("risk", Some(&["loan_id", "no_such"]), 30), 4066),
            (wish("risk", None, 0), 4066),
            (wish("risk", None, 732), 4066),
            (wish("", None, 30), 4066),
            (RequestAccess { reason: "a\0b".into(), ..good.clone() }, 4037),
            (RequestAccess { major: u64::MAX, ..good.clone() }, 4066),
        ] {
            assert_eq!(code(omar.request_access(&request, None).await), Code(expected), "{request:?}");
        }
        let asked = omar.request_access(&good, None).await.expect("asked").summary;
        let url = server.url(&format!("/api/v1/agreements/{}/approve", asked.id));
        let token = server.token("lena", &["owner:lending"], TimeDelta::hours(1));
        let untagged = reqwest::Client::new().post(url).bearer_auth(token).json(&because("ok")).send().await;
        assert_eq!(untagged.expect("an answer").status(), 428);
    })
    .await;
}

#[tokio::test]
async fn what_is_over_is_over_without_anybody_doing_anything() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let asked = server.omar().request_access(&wish("risk", None, 10), None).await.expect("asked").summary;
        let granted = server.omar().request_access(&wish("audit", Some(&["loan_id"]), 10), None).await;
        let granted = granted.expect("granted").summary;
        let later = server.stop().await.start_at(now() + TimeDelta::days(10)).await;
        let omar = later.anonymous().with_token(later.token("omar", &[], TimeDelta::days(20)));
        let lena = later.anonymous().with_token(later.token("lena", &["owner:lending"], TimeDelta::days(20)));
        let expired = AgreementQuery { status: Some(Status::Expired), ..AgreementQuery::default() };
        let listed = omar.agreements(&expired).await.expect("a page").items;
        assert!(listed.len() == 2 && listed.iter().all(|agreement| agreement.status == Status::Expired), "{listed:?}");
        let active = AgreementQuery { status: Some(Status::Active), ..AgreementQuery::default() };
        assert_eq!(omar.agreements(&active).await.expect("a page").items, []);
        assert_eq!(code(lena.approve_access(&asked.id, &because("late"), &asked.tag()).await), Code(4035));
        let read = lena.agreement(&asked.id).await.expect("there");
        let end = (Action::Expire, Status::Expired, "governance");
        assert_eq!((actions(&read)[1], read.events[1].at), (end, now() + TimeDelta::days(10)));
        assert_eq!(code(lena.approve_access(&asked.id, &because("late"), &read.summary.tag()).await), Code(4062));
        assert_eq!(omar.agreement(&granted.id).await.expect("there").summary.status, Status::Expired);
        later.stop().await;
    })
    .await;
}
