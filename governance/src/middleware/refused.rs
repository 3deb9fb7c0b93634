//! Refused attempts of known callers to change something are records of the audit trail.
//!
//! The first of its sort is recorded at once, further ones within ten minutes together: so nobody can fill the trail by asking
//! again and again, and nobody hides how often he asked.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::Problem;
use mesh_policy::Clock;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::only_reads;
use crate::service::Service;
use crate::store::Store;
use crate::store::audit::Refusal;

/// How long further attempts of the same sort are counted rather than recorded.
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// How often it is looked for windows that are over.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Longest text of a record, in characters.
const TEXT_CHARS_MAX: usize = 500;

/// Who asks, told by the extractor that finds out.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<OnceLock<String>>);

impl Known {
    pub(crate) fn tell(&self, principal: &str) {
        // The first word stands: one request has one caller.
        let _ = self.0.set(principal.to_owned());
    }
}

/// Attempts that are counted until they are recorded.
#[derive(Default)]
pub(crate) struct Refused(Mutex<HashMap<Sort, Counted>>);

/// What makes attempts alike: who tried which operation, and why not.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Sort {
    principal: String,
    operation: String,
    code: String,
}

struct Counted {
    /// When the window began, with a record.
    since: DateTime<Utc>,
    /// What came after that, if anything.
    more: Option<Refusal>,
}

pub(crate) async fn record(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    if only_reads(request.method()) {
        return next.run(request).await;
    }
    let known = Known::default();
    request.extensions_mut().insert(known.clone());
    let subject = cut(&format!("{} {}", request.method(), request.uri().path()));
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
    let operation = format!("{} {route}", request.method());
    let response = next.run(request).await;
    if response.status() != StatusCode::FORBIDDEN {
        return response;
    }
    if let (Some(principal), Some(problem)) = (known.0.get(), response.extensions().get::<Box<Problem>>()) {
        let (code, reason) = (problem.code.clone(), cut(&problem.detail));
        let refusal = Refusal { principal: principal.clone(), subject, code, reason, times: 1 };
        let parts = &service.0;
        let now = parts.clock.now();
        if let Some(refusal) = parts.refused.note(operation, refusal, now) {
            keep(&parts.store, &[refusal], now).await;
        }
    }
    response
}

/// Records what was counted when its window is over, and when told to stop.
pub(crate) async fn settle(refused: Arc<Refused>, store: Arc<Store>, clock: Clock, stopping: CancellationToken) {
    loop {
        let goes_on = stopping.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some();
        let now = clock.now();
        let over = refused.over(goes_on.then_some(now - WINDOW));
        if !over.is_empty() {
            keep(&store, &over, now).await;
        }
        if !goes_on {
            return;
        }
    }
}

/// The attempt was refused and had no effect: that it cannot be recorded must not turn the answer into another.
async fn keep(store: &Store, refusals: &[Refusal], now: DateTime<Utc>) {
    if let Err(error) = store.record_refusals(refusals, now).await {
        tracing::error!(error = &error as &dyn std::error::Error, "refused attempts are not in the audit trail");
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|character| *character != '\0').take(TEXT_CHARS_MAX).collect()
}

impl Refused {
    /// Takes an attempt: what is to be recorded now, or nothing when it is counted.
    fn note(&self, operation: String, refusal: Refusal, now: DateTime<Utc>) -> Option<Refusal> {
        let sort = Sort { principal: refusal.principal.clone(), operation, code: refusal.code.clone() };
        let mut counted = self.0.lock();
        let found = match counted.entry(sort) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(free) => {
                free.insert(Counted { since: now, more: None });
                return Some(refusal);
            }
        };
        let times = found.more.as_ref().map_or(0, |more| more.times).saturating_add(1);
        let refusal = Refusal { times, ..refusal };
        if now - found.since < WINDOW {
            found.more = Some(refusal);
            return None;
        }
        *found = Counted { since: now, more: None };
        Some(refusal)
    }

    /// Takes out windows that began no later than `until`, all when it is not said: what they counted.
    fn over(&self, until: Option<DateTime<Utc>>) -> Vec<Refusal> {
        let is_over = |_: &Sort, counted: &mut Counted| until.is_none_or(|until| counted.since <= until);
        self.0.lock().extract_if(is_over).filter_map(|(_, counted)| counted.more).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn attempt(principal: &str, subject: &str) -> Refusal {
        let (code, reason) = ("FC-4003".to_owned(), "no".to_owned());
        Refusal { principal: principal.into(), subject: subject.into(), code, reason, times: 1 }
    }

    #[test]
    fn the_first_is_recorded_at_once_and_what_follows_together() {
        let refused = Refused::default();
        let note = |principal: &str, operation: &str, subject: &str, minutes| {
            let recorded = refused.note(operation.into(), attempt(principal, subject), at(minutes));
            recorded.map(|refusal| (refusal.subject, refusal.times))
        };
        assert_eq!(note("eve", "approve", "a", 0), Some(("a".into(), 1)));
        assert_eq!(note("eve", "approve", "b", 1), None);
        assert_eq!(note("eve", "approve", "c", 9), None);
        assert_eq!(note("eve", "revoke", "a", 9), Some(("a".into(), 1)), "another operation");
        assert_eq!(note("ana", "approve", "a", 9), Some(("a".into(), 1)), "somebody else");
        assert_eq!(note("eve", "approve", "d", 10), Some(("d".into(), 3)), "with the two before");
        assert_eq!(note("eve", "approve", "e", 11), None);
        // The windows of nine o'clock are over, with nothing in them; the one of ten is not.
        assert_eq!(refused.over(Some(at(9))), []);
        assert_eq!(refused.over(Some(at(9))), []);
        let rest: Vec<_> = refused.over(None).into_iter().map(|refusal| (refusal.subject, refusal.times)).collect();
        assert_eq!(rest, [("e".to_owned(), 1)]);
        assert_eq!(note("eve", "approve", "f", 12), Some(("f".into(), 1)), "a new window");
    }

    #[test]
    fn texts_of_strangers_are_not_endless() {
        assert_eq!(cut(&"x\0".repeat(10_000)).len(), TEXT_CHARS_MAX);
    }
}
