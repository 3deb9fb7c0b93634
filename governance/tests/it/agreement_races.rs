//! Sixteen clients that race on agreements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;
use mesh_api::{
    AgreementAction as Action, AgreementDetail, AgreementQuery, AgreementStatus as Status, AgreementSummary, Client,
    ClientError, RenewAccess,
};
use mesh_contract::Code;

use crate::agreements::{because, wish};
use crate::audit::trail;
use crate::server::{Server, now, on_each_database};

const CLIENTS: usize = 16;

#[tokio::test]
async fn of_sixteen_decisions_on_one_request_one_wins() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        for _ in 0..5 {
            let asked = server.omar().request_access(&wish("risk", Some(&["loan_id"]), 30), None).await;
            let asked = asked.expect("asked").summary;
            let racing = (0..CLIENTS).map(|runner| {
                let (owner, asked) = (server.client(&format!("owner-{runner}"), &["owner:lending"]), asked.clone());
                tokio::spawn(async move {
                    let (id, why, tag) = (&asked.id, because("decided"), asked.tag());
                    match runner % 3 {
                        0 => owner.approve_access(id, &why, &tag).await,
                        1 => owner.reject_access(id, &why, &tag).await,
                        _ => owner.revoke_access(id, &why, &tag).await,
                    }
                })
            });
            let (mut won, mut lost) = (Vec::new(), BTreeSet::new());
            for runner in racing.collect::<Vec<_>>() {
                match runner.await.expect("the task ends") {
                    Ok(agreement) => won.push(agreement),
                    Err(error) => drop(lost.insert(error.code())),
                }
            }
            assert_eq!((won.len(), lost), (1, BTreeSet::from([Code(4035)])));
            assert_eq!(won[0], server.omar().agreement(&asked.id).await.expect("there"));
        }
    })
    .await;
}

#[tokio::test]
async fn sixteen_race_and_every_agreement_lives_a_legal_life() {
    on_each_database(async |server| race(server.with_loans().await, 40).await).await;
}

#[tokio::test]
#[ignore = "nightly: fifty thousand operations"]
async fn nightly_sixteen_race_for_fifty_thousand_operations() {
    on_each_database(async |server| race(server.with_loans().await, 50_000 / CLIENTS).await).await;
}

/// A step that was acknowledged: agreement, the revision that its taker had seen, and the one that it led to.
type Taken = (String, u64, u64);

async fn race(server: Server, operations: usize) {
    let server = Arc::new(server);
    let runners = (0..CLIENTS).map(|runner| {
        let (server, mut random) = (Arc::clone(&server), Random(runner as u64 + 1));
        tokio::spawn(async move {
            let client = client(&server, runner);
            let mut taken = Vec::new();
            for _ in 0..operations {
                taken.extend(operate(&client, &mut random).await);
            }
            taken
        })
    });
    let mut taken: Vec<Taken> = Vec::new();
    for runner in runners.collect::<Vec<_>>() {
        taken.extend(runner.await.expect("the task ends well"));
    }
    let asked = taken.iter().filter(|(_, seen, _)| *seen == 0).count();
    assert!(asked > 0 && 2 * taken.len() > 3 * asked, "{asked} requests, {} steps", taken.len());
    check(&server, &taken).await;
}

/// Eight consumers, four owners of lending, two officers, and two who are both.
fn client(server: &Server, runner: usize) -> Client {
    let roles: &[&str] = match runner {
        0..8 => &["analyst"],
        8..12 => &["owner:lending"],
        12..14 => &["governance"],
        _ => &["owner:lending", "governance"],
    };
    server.client(&format!("runner-{runner}"), roles)
}

/// One operation, chosen by chance; what was acknowledged of it.
async fn operate(client: &Client, random: &mut Random) -> Option<Taken> {
    if random.below(8) == 0 {
        let purpose = if random.below(2) == 0 { "audit" } else { "risk" };
        let columns: Option<&[&str]> = if random.below(2) == 0 { Some(&["loan_id"]) } else { None };
        let asked = client.request_access(&wish(purpose, columns, 30), None).await.expect("asked");
        return Some((asked.summary.id, 0, asked.summary.revision));
    }
    // Few at once, so that they meet.
    let query = AgreementQuery { limit: Some(8), ..AgreementQuery::default() };
    let listed = client.agreements(&query).await.expect("a page").items;
    if listed.is_empty() {
        return None;
    }
    let seen = &listed[random.below(listed.len())];
    let (id, tag, why) = (&seen.id, seen.tag(), because("by chance"));
    let until = seen.until + TimeDelta::days(1);
    let stepped = match random.below(6) {
        0 => client.reject_access(id, &why, &tag).await,
        1 => client.revoke_access(id, &why, &tag).await,
        2 | 3 => client.renew_access(id, &RenewAccess { until, reason: "longer".into() }, &tag).await,
        _ => client.approve_access(id, &why, &tag).await,
    };
    match stepped {
        Ok(after) => Some((after.summary.id, seen.revision, revision_after(seen, &after.events))),
        Err(ClientError::Refused(problem)) => {
            // Not theirs, past it, changed since; nothing else may come of it.
            assert!(matches!(problem.status, 403 | 409 | 412), "{problem}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// The revision that the step upon `seen` led to: one event further, two when a rule approved it. Others may have taken
/// steps since.
fn revision_after(seen: &AgreementSummary, events: &[mesh_api::AgreementEvent]) -> u64 {
    let by_rule = events.iter().any(|event| event.number == seen.revision + 2 && event.action == Action::ApproveByRule);
    seen.revision + if by_rule { 2 } else { 1 }
}

async fn check(server: &Server, taken: &[Taken]) {
    let officer = server.officer();
    let (mut all, mut page) = (Vec::new(), AgreementQuery { limit: Some(500), ..AgreementQuery::default() });
    loop {
        let found = officer.agreements(&page).await.expect("a page");
        all.extend(found.items);
        page.cursor = found.next;
        if page.cursor.is_none() {
            break;
        }
    }
    let mut steps: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    for (id, seen, after) in taken {
        steps.entry(id).or_default().push((*seen, *after));
    }
    assert_eq!(all.len(), steps.len(), "as many agreements as requests were acknowledged");
    let (mut events, mut in_force) = (0, BTreeSet::new());
    for listed in all {
        let agreement = officer.agreement(&listed.id).await.expect("there");
        assert_eq!(agreement.summary, listed);
        legal(&agreement);
        let steps = steps.get_mut(listed.id.as_str()).expect("steps");
        steps.sort_unstable();
        // Each acknowledged step began where the one before it ended: none was lost, none was taken twice.
        let end = steps.iter().fold(0, |end, (seen, after)| {
            assert_eq!(*seen, end, "{listed:?} {steps:?}");
            *after
        });
        assert_eq!((end, agreement.events.len() as u64), (listed.revision, listed.revision));
        events += agreement.events.iter().filter(|event| event.action != Action::ApproveByRule).count();
        if listed.status.in_force() {
            in_force.insert(listed.id);
        }
    }
    assert_eq!(events, taken.len());
    let grants = mesh_api::GrantsQuery { domain: "lending".into(), revision: None, wait: None };
    let granted: BTreeSet<_> =
        officer.grants(&grants).await.expect("told").agreements.into_iter().map(|agreement| agreement.id).collect();
    assert_eq!(granted, in_force);
    let audited = trail(server).await.iter().filter(|record| record.action.starts_with("agreement.")).count();
    assert_eq!(audited, taken.len(), "one record for each");
}

/// Holds what happened to an agreement to the rules, told anew.
fn legal(agreement: &AgreementDetail) {
    let holder = agreement.summary.principal.as_str();
    let (mut status, mut owner, mut governance) = (None, None, None);
    for (index, event) in agreement.events.iter().enumerate() {
        let (by, person) = (event.actor.as_str(), event.actor != "governance");
        assert_eq!((event.number, event.at), (index as u64 + 1, now()));
        match (status, event.action, event.status) {
            (None, Action::Request, Status::Requested) | (Some(Status::Active), Action::Renew, Status::Renewing) => {
                assert_eq!(by, holder);
                (owner, governance) = (None, None);
            }
            (Some(Status::Requested | Status::Renewing), Action::ApproveByRule, Status::Active) => assert!(!person),
            (Some(from @ (Status::Requested | Status::Renewing)), action, to)
                if matches!(action, Action::ApproveAsOwner | Action::ApproveAsGovernance) =>
            {
                let part = if action == Action::ApproveAsOwner { &mut owner } else { &mut governance };
                assert!(by != holder && part.replace(by).is_none(), "{agreement:?}");
                assert!(owner != governance, "{agreement:?}");
                let complete = owner.is_some() && (governance.is_some() || !agreement.summary.needs_governance);
                assert_eq!(to, if complete { Status::Active } else { from }, "{agreement:?}");
            }
            (Some(Status::Requested), Action::Reject, Status::Rejected)
            | (Some(Status::Renewing), Action::Reject, Status::Active) => assert_ne!(by, holder),
            (Some(Status::Requested | Status::Active | Status::Renewing), Action::Revoke, Status::Revoked) => {}
            other => panic!("{other:?} in {agreement:?}"),
        }
        status = Some(event.status);
    }
    assert_eq!(status, Some(agreement.summary.status));
}

/// Numbers that repeat from run to run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).expect("small")
    }
}
