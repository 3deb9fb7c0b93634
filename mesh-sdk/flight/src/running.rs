//! Answers on their way, by ticket, so that they can be cancelled.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

/// Tickets cancelled before they were used, remembered at once; beyond it the first to expire are forgotten.
const VOID_MAX: usize = 16 * 1024;

/// Streams in progress, and tickets that must not start one any more.
#[derive(Default)]
pub(crate) struct Running {
    all: CancellationToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: HashMap<String, (CancellationToken, usize)>,
    void: HashMap<String, DateTime<Utc>>,
}

/// One stream's entry; it leaves the list when dropped.
pub(crate) struct Entry {
    desk: std::sync::Arc<crate::gate::Desk>,
    ticket: String,
    /// Fires when the stream is to stop.
    pub(crate) stop: CancellationToken,
}

impl Running {
    /// Enters a stream, or refuses when its ticket was cancelled before.
    pub(crate) fn enter(desk: &std::sync::Arc<crate::gate::Desk>, ticket: &str) -> Option<Entry> {
        let mut state = desk.running.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.void.contains_key(ticket) {
            return None;
        }
        let (stop, count) =
            state.running.entry(ticket.to_owned()).or_insert_with(|| (desk.running.all.child_token(), 0));
        *count += 1;
        let stop = stop.clone();
        Some(Entry { desk: std::sync::Arc::clone(desk), ticket: ticket.to_owned(), stop })
    }

    /// Stops every stream of the ticket and voids the ticket until it expires. Says whether one was running.
    pub(crate) fn cancel(&self, ticket: &str, expires: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.void.len() >= VOID_MAX {
            state.void.retain(|_, expires| *expires > now);
            if state.void.len() >= VOID_MAX {
                let first = state.void.iter().min_by_key(|(_, expires)| **expires).map(|(ticket, _)| ticket.clone());
                first.map(|ticket| state.void.remove(&ticket));
            }
        }
        state.void.insert(ticket.to_owned(), expires);
        match state.running.get(ticket) {
            Some((stop, _)) => {
                stop.cancel();
                true
            }
            None => false,
        }
    }

    /// Stops every stream there is and every one to come: the server is going down.
    pub(crate) fn cancel_all(&self) {
        self.all.cancel();
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut state = self.desk.running.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = state.running.get_mut(&self.ticket) {
            *count -= 1;
            if *count == 0 {
                state.running.remove(&self.ticket);
            }
        }
    }
}
