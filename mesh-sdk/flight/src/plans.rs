//! Planned queries between the call that describes an answer and the call that reads it, so that most are planned once.
//! What is not found here is planned anew from its ticket.

use std::collections::VecDeque;
use std::time::Duration;

use mesh_engine::{Query, Session};
use parking_lot::Mutex;
use tokio::time::Instant;

/// Plans that are kept.
const PLANS_MAX: usize = 128;
/// Longest ticket whose plan is kept, in bytes. A plan grows with its query's text, which may be a list of half a million numbers;
/// such a query is planned twice, so that what is kept stays in the megabytes.
const TICKET_BYTES_MAX: usize = 16 * 1024;
/// For how long. Clients read at once or never.
const LIFETIME: Duration = Duration::from_secs(10);

/// Plans by their ticket's signature, oldest first.
#[derive(Default)]
pub(crate) struct Plans(Mutex<VecDeque<Planned>>);

struct Planned {
    signature: String,
    query: Query,
    at: Instant,
}

impl Plans {
    /// Keeps the plan behind a ticket of so many bytes for a while.
    pub(crate) fn keep(&self, signature: String, ticket_bytes: usize, query: Query) {
        if ticket_bytes > TICKET_BYTES_MAX {
            return;
        }
        let (mut plans, at) = (self.0.lock(), Instant::now());
        plans.push_back(Planned { signature, query, at });
        while plans.len() > PLANS_MAX || plans.front().is_some_and(|oldest| oldest.at + LIFETIME <= at) {
            plans.pop_front();
        }
    }

    /// The plan behind a ticket, once, and only if `session` is still permitted exactly what it was planned under.
    pub(crate) fn take(&self, signature: &str, session: &Session) -> Option<Query> {
        let mut plans = self.0.lock();
        let place = plans.iter().position(|planned| planned.signature == signature)?;
        let planned = plans.remove(place)?;
        (planned.at.elapsed() < LIFETIME && planned.query.was_planned_under(session)).then_some(planned.query)
    }
}
