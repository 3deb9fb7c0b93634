//! Sixteen clients that race on registrations and on the life of versions, and a process that is killed while they do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mesh_api::{
    AuditRecord, Client, ClientError, Deprecate, PageRequest, RegisterContract, RegistrationStatus, Transition,
    VersionEvent, VersionSummary,
};
use mesh_contract::{Code, PortName};
use semver::Version;
use tokio::sync::watch;

use crate::audit::trail;
use crate::documents::{described, restricted};
use crate::server::{Server, now, on_each_database};

pub(crate) const CLIENTS: usize = 16;
/// Operations of a client before it turns to a fresh port: lives end.
const OPERATIONS_PER_PORT: usize = 26;

/// Something that a client was told is done, and between which ticks of the common clock.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    port: PortName,
    version: Version,
    revision: u64,
    transition: Transition,
    actor: String,
    began: u64,
    ended: u64,
}

/// A version as a client saw it, and since when it may be as old as that.
struct Seen {
    port: PortName,
    version: Version,
    revision: u64,
    began: u64,
}

#[derive(Default)]
pub(crate) struct Told {
    pub(crate) done: Vec<Done>,
    seen: Vec<Seen>,
    /// What a document's winner submitted.
    documents: BTreeMap<(PortName, Version), String>,
    refused: BTreeMap<Code, u32>,
}

/// What the sixteen have in common.
pub(crate) struct Common {
    /// A clock that only orders.
    ticks: AtomicU64,
    /// Transitions that were acknowledged.
    pub(crate) acknowledged: watch::Sender<u64>,
}

impl Common {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { ticks: AtomicU64::new(0), acknowledged: watch::Sender::new(0) })
    }
}

/// One of the sixteen: some own the domain, the others are officers.
pub(crate) struct Runner {
    name: String,
    client: Client,
    common: Arc<Common>,
    random: u64,
    told: Told,
}

impl Runner {
    pub(crate) fn new(number: usize, client: &dyn Fn(&str, &[&str]) -> Client, common: &Arc<Common>) -> Self {
        let (name, role) = match number % 3 {
            2 => (format!("officer-{number}"), "governance"),
            _ => (format!("owner-{number}"), "owner:lending"),
        };
        let client = client(&name, &[role]);
        Self { name, client, common: common.clone(), random: number as u64 + 1, told: Told::default() }
    }

    /// The next number below `bound` (xorshift): the same sequence in each run.
    fn draw(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % bound
    }

    fn tick(&self) -> u64 {
        self.common.ticks.fetch_add(1, Ordering::SeqCst)
    }

    /// Does `operations` things, or stops when nobody answers any more.
    pub(crate) async fn run(mut self, operations: usize) -> Told {
        for operation in 0..operations {
            let port: PortName = format!("lending.loans_{}", operation / OPERATIONS_PER_PORT).parse().expect("a name");
            let goes_on = match self.draw(4) {
                0 if self.name.starts_with("owner") => self.register(&port).await,
                _ => self.decide(&port).await,
            };
            match goes_on {
                Ok(()) => {}
                Err(ClientError::Refused(problem)) => {
                    *self.told.refused.entry(ClientError::Refused(problem).code()).or_default() += 1;
                }
                Err(_) => break,
            }
        }
        self.told
    }

    async fn register(&mut self, port: &PortName) -> Result<(), ClientError> {
        let version = Version::new(1 + self.draw(3), self.draw(5), 0);
        let request = self.document(port, &version);
        self.client.register_contract(&request).await?;
        self.told.documents.insert((port.clone(), version), request.document);
        Ok(())
    }

    /// Everybody's own words, so that of those who race for a version one is right. Major 2 holds restricted data.
    fn document(&self, port: &PortName, version: &Version) -> RegisterContract {
        let text = version.to_string();
        if version.major != 2 {
            return described(port.domain(), port.port(), &text, &format!("as {} sees it", self.name));
        }
        let mut request = restricted(port.domain(), port.port(), &text);
        request.document = request.document.replace("what the bank has lent", &format!("as {} sees it", self.name));
        request
    }

    async fn decide(&mut self, port: &PortName) -> Result<(), ClientError> {
        let began = self.tick();
        let known = self.client.versions(port, &PageRequest::default()).await?.items;
        let place = usize::try_from(self.draw(known.len() as u64)).expect("small");
        let (version, revision, seen) = (known[place].version.clone(), known[place].revision, &known[place]);
        self.told.seen.push(Seen { port: port.clone(), version: version.clone(), revision, began });
        let transition = match (seen.status, self.draw(16)) {
            (RegistrationStatus::Proposed, 0) => Transition::Reject,
            (RegistrationStatus::Proposed, _) => Transition::Approve,
            (RegistrationStatus::Approved, _) => Transition::Activate,
            (RegistrationStatus::Deprecated, 0) => Transition::Retire,
            _ => Transition::Deprecate,
        };
        let began = self.tick();
        let after = ask(&self.client, port, seen, transition).await?;
        // What comes into a major on its way out is on its way out too.
        let then = [transition.status(), RegistrationStatus::Deprecated];
        assert!(then.contains(&after.status) && after.revision > seen.revision, "{seen:?} {after:?}");
        let (port, actor) = (port.clone(), self.name.clone());
        let ended = self.tick();
        self.common.acknowledged.send_modify(|count| *count += 1);
        self.told.done.push(Done { port, version, revision: after.revision, transition, actor, began, ended });
        Ok(())
    }
}

async fn ask(
    client: &Client,
    port: &PortName,
    seen: &VersionSummary,
    transition: Transition,
) -> Result<VersionSummary, ClientError> {
    if transition != Transition::Deprecate {
        return client.decide(port, seen, transition, "as agreed").await;
    }
    let request = Deprecate { reason: "as agreed".into(), sunset: now() + chrono::TimeDelta::days(90) };
    client.deprecate(port, seen, &request).await
}

#[tokio::test]
async fn sixteen_race_and_what_they_saw_has_one_order() {
    on_each_database(async |server| race(server, 130).await).await;
}

#[tokio::test]
#[ignore = "nightly: fifty thousand operations"]
async fn nightly_sixteen_race_on_lives_for_fifty_thousand_operations() {
    on_each_database(async |server| race(server, 50_000 / CLIENTS).await).await;
}

async fn race(server: Server, operations: usize) {
    let common = Common::new();
    let runners = (0..CLIENTS).map(|number| Runner::new(number, &|name, roles| server.client(name, roles), &common));
    let running: Vec<_> = runners.map(|runner| tokio::spawn(runner.run(operations))).collect();
    let mut told = Vec::new();
    for runner in running {
        told.push(runner.await.expect("the runner ends"));
    }
    let done: usize = told.iter().map(|told| told.done.len()).sum();
    assert!(done > operations, "{done} transitions are no race");
    let refused: Vec<Code> = told.iter().flat_map(|told| told.refused.keys().copied()).collect();
    assert!(refused.contains(&Code(4035)), "nobody lost a race: {refused:?}");
    check(&server, &told).await;
}

/// Holds what the clients were told against the log of events and the audit trail, which is the one order of all writes.
pub(crate) async fn check(server: &Server, told: &[Told]) {
    let trail = trail(server).await;
    let mut places: BTreeMap<String, Vec<&AuditRecord>> = BTreeMap::new();
    for record in trail.iter().filter(|record| record.action.starts_with("contract.")) {
        places.entry(record.subject.clone()).or_default().push(record);
    }
    let mut order = Vec::new();
    for (subject, records) in &places {
        let (port, version) = subject.split_once(' ').expect("a port and a version");
        let (port, version) = (port.parse().expect("a name"), version.parse().expect("a version"));
        let events = events(&server.officer(), &port, &version).await;
        assert_eq!(events.len(), records.len(), "{subject}: each event is one record");
        live(&events);
        for (event, record) in events.iter().zip(records) {
            let action = format!("contract.{}", event.transition.as_str()).replace("propose", "register");
            assert_eq!((&action, &event.actor), (&record.action, &record.actor), "{subject} {event:?}");
        }
        let own = told.iter().flat_map(|told| &told.done).filter(|done| done.port == port && done.version == version);
        for done in own {
            let place = usize::try_from(done.revision).expect("small") - 1;
            // Coming into a major on its way out, a version is deprecated by the rules in the same breath.
            let event = events.get(place).expect("what was acknowledged is there");
            let last = if event.actor == "rules" { &events[place - 1] } else { event };
            assert_eq!((last.transition, &last.actor), (done.transition, &done.actor), "{done:?}");
            order.push((done.began, done.ended, records[place].sequence));
        }
        let seen = told.iter().flat_map(|told| &told.seen).filter(|seen| seen.port == port && seen.version == version);
        for seen in seen {
            let before = told.iter().flat_map(|told| &told.done);
            let mut before = before.filter(|done| done.port == port && done.version == version);
            let stale = before.find(|done| done.ended < seen.began && done.revision > seen.revision);
            assert!(stale.is_none(), "read {} after {stale:?}", seen.revision);
        }
        let document = server.officer().version(&port, &version).await.expect("stored").document;
        let submitted = told.iter().filter_map(|told| told.documents.get(&(port.clone(), version.clone())));
        submitted.for_each(|winner| assert_eq!(*winner, document, "{subject} is torn"));
    }
    linear(order);
}

/// Every event, in order.
async fn events(client: &Client, port: &PortName, version: &Version) -> Vec<VersionEvent> {
    let page = PageRequest { cursor: None, limit: Some(PageRequest::LIMIT_MAX) };
    let page = client.events(port, version, &page).await.expect("events");
    assert!(page.next.is_none());
    page.items
}

/// Whether a version's events are a life.
fn live(events: &[VersionEvent]) {
    use Transition::{Activate, Approve, Deprecate, Propose, Reject, Retire};
    let mut before = None;
    for (place, event) in events.iter().enumerate() {
        assert_eq!(event.number, place as u64 + 1);
        let legal = matches!(
            (before, event.transition),
            (None, Propose)
                | (Some(Propose), Approve | Reject)
                | (Some(Approve), Activate | Reject)
                | (Some(Activate | Deprecate), Deprecate)
                | (Some(Deprecate), Retire)
        );
        assert!(legal, "{:?} after {before:?}", event.transition);
        before = Some(event.transition);
    }
}

/// Whether the order of the trail is one in which things can have happened: what ended before another began is before it.
fn linear(mut order: Vec<(u64, u64, u64)>) {
    let mut by_end = order.clone();
    order.sort_by_key(|(began, ..)| *began);
    by_end.sort_by_key(|(_, ended, _)| *ended);
    let (mut over, mut newest) = (by_end.into_iter().peekable(), 0);
    for (began, _, sequence) in order {
        while let Some((_, _, earlier)) = over.next_if(|(_, ended, _)| *ended < began) {
            newest = newest.max(earlier);
        }
        assert!(sequence > newest, "record {sequence} was asked for after record {newest} was acknowledged");
    }
}

#[test]
#[should_panic(expected = "was acknowledged")]
fn an_order_that_cannot_have_been_is_noticed() {
    linear(vec![(0, 1, 2), (2, 3, 1)]);
}
