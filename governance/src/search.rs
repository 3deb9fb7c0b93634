//! Search over the catalog: an index in memory that follows the registry.

mod access;
mod entry;
mod follow;
mod groups;
mod index;
mod mark;
mod rank;
mod select;
mod snapshot;
mod words;

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesh_api::{SearchPage, SearchRequest};
use mesh_policy::Principal;
use parking_lot::RwLock;
use tokio::sync::watch;

use crate::cursor;
use groups::Groups;
use index::Index;
use select::Place;
use words::query_words;

pub(crate) use follow::Follower;

/// Longest wait for the index to see what was registered before the question.
const PATIENCE: Duration = Duration::from_secs(1);

/// The search. It answers once the index was built.
pub(crate) struct Search {
    ready: OnceLock<Ready>,
    /// Number of the last event that the index has seen; `None` while it is built.
    seen: watch::Sender<Option<i64>>,
}

struct Ready {
    index: Index,
    groups: Arc<RwLock<Groups>>,
}

/// Why a search has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SearchError {
    #[error("the index is being built")]
    NotReady,
    #[error("`{0}`")]
    BadRequest(String),
    #[error("the index cannot be read")]
    Index(#[from] tantivy::TantivyError),
}

/// Where a page begins: behind a place, in an order that these weights of the words make.
struct Cursor {
    weights: Vec<u32>,
    last: Place,
}

impl Search {
    pub(crate) fn new() -> Self {
        Self { ready: OnceLock::new(), seen: watch::Sender::new(None) }
    }

    /// Waits until the index has seen the event with this number, but not for long.
    pub(crate) async fn caught_up(&self, event: i64) {
        let mut seen = self.seen.subscribe();
        // An index that lags behind answers all the same, and says how far it got.
        let _ = tokio::time::timeout(PATIENCE, seen.wait_for(|seen| seen.is_some_and(|seen| seen >= event))).await;
    }

    /// Answers a request. It computes for some milliseconds.
    pub(crate) fn answer(
        &self,
        request: &SearchRequest,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<SearchPage, SearchError> {
        let (limit, cursor) = (limit(request)?, read_cursor(request)?);
        let query = request.q.as_deref().unwrap_or_default();
        if query.chars().count() > SearchRequest::LENGTH_MAX {
            return Err(SearchError::BadRequest(format!("`q` has at most {} characters", SearchRequest::LENGTH_MAX)));
        }
        let ready = self.ready.get().ok_or(SearchError::NotReady)?;
        let seen = self.seen.borrow().unwrap_or_default();
        let (index, words) = (&ready.index, query_words(query));
        // The groups after the index: every entry that is found has its group.
        let snapshot = index.snapshot();
        let groups = ready.groups.read();
        let judged = groups.judge(principal, request, now);
        let (weights, after) = match cursor {
            Some(Cursor { weights, last }) if weights.len() == words.len() => (weights, Some(last)),
            Some(_) => return Err(bad_cursor()),
            None => (rank::weights(&snapshot.searcher, &index.fields, &words)?, None),
        };
        let (everything, sought) = (query.trim().is_empty(), rank::Sought::all(&index.fields, &words, &weights)?);
        let mut selected = select::select(&snapshot, &judged, after.as_ref(), limit + 1, |segment| {
            if everything {
                return Ok(vec![1; segment.max_doc() as usize]);
            }
            rank::ranks(segment, &index.fields, &sought)
        })?;
        let is_more = selected.entries.len() > limit;
        selected.entries.truncate(limit);
        let next = selected.entries.last().filter(|_| is_more).map(|(last, _)| write_cursor(&weights, last));
        let mut items = Vec::with_capacity(selected.entries.len());
        for (_, address) in &selected.entries {
            let mut hit = index.hit(&snapshot.searcher, *address)?;
            hit.highlights = mark::mark(&hit, &words);
            items.push(hit);
        }
        let facets = groups.facets(&judged, &selected.counts);
        Ok(SearchPage { items, next, total: selected.total, facets, as_of: u64::try_from(seen).unwrap_or_default() })
    }
}

fn limit(request: &SearchRequest) -> Result<usize, SearchError> {
    let limit = request.limit.unwrap_or(SearchRequest::LIMIT_DEFAULT);
    if (1..=SearchRequest::LIMIT_MAX).contains(&limit) {
        return Ok(limit as usize);
    }
    Err(SearchError::BadRequest(format!("`limit` is `{limit}`: expected 1 to {}", SearchRequest::LIMIT_MAX)))
}

fn bad_cursor() -> SearchError {
    SearchError::BadRequest("`cursor` is not one that this search gave out".to_owned())
}

fn write_cursor(weights: &[u32], (rank, key): &Place) -> String {
    let weights: Vec<String> = weights.iter().map(u32::to_string).collect();
    cursor::encode(&format!("{} {} {key}", weights.join(","), rank.0))
}

fn read_cursor(request: &SearchRequest) -> Result<Option<Cursor>, SearchError> {
    let Some(text) = &request.cursor else { return Ok(None) };
    let read = |text: &str| {
        let (weights, place) = text.split_once(' ')?;
        let (rank, key) = place.split_once(' ')?;
        let weights = weights.split(',').filter(|weight| !weight.is_empty()).map(str::parse);
        let weights = weights.collect::<Result<Vec<u32>, _>>().ok()?;
        let known = weights.iter().all(|weight| (1..=rank::WEIGHT_MAX).contains(weight));
        known.then_some(Cursor { weights, last: (Reverse(rank.parse().ok()?), key.to_owned()) })
    };
    cursor::decode(text).as_deref().and_then(read).map(Some).ok_or_else(bad_cursor)
}
