//! Which of the entries that match make the page, and how many there are of each group.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::{DocAddress, SegmentReader};

use super::groups::Judged;
use super::snapshot::{Columns, Snapshot};

/// The place of an entry in the order of answers: higher ranks first, then by key.
pub(crate) type Place = (Reverse<u32>, String);

/// What a search selected.
pub(crate) struct Selected {
    /// The entries behind the cursor, in order, as many as were asked for.
    pub(crate) entries: Vec<(Place, DocAddress)>,
    /// By group: how many entries match the words.
    pub(crate) counts: Vec<u64>,
    /// How many entries match the words and pass the filters.
    pub(crate) total: u64,
}

/// Selects the first `limit` entries behind `after`. `ranks` gives the ranks of a segment's entries, 0 for no match.
pub(crate) fn select(
    snapshot: &Snapshot,
    judged: &Judged,
    after: Option<&Place>,
    limit: usize,
    ranks: impl Fn(&SegmentReader) -> tantivy::Result<Vec<u32>>,
) -> tantivy::Result<Selected> {
    let mut selected = Selected { entries: Vec::new(), counts: vec![0; judged.found.len()], total: 0 };
    for ((segment, columns), number) in snapshot.segments().zip(0..) {
        let after = match after {
            Some((rank, key)) => Some((*rank, columns.first_behind(key)?)),
            None => None,
        };
        for (rank, key, entry) in best_of((segment, columns), judged, (after, limit), &ranks(segment)?, &mut selected) {
            selected.entries.push(((rank, columns.key(key)?), DocAddress::new(number, entry)));
        }
    }
    selected.entries.sort_unstable();
    selected.entries.truncate(limit);
    Ok(selected)
}

/// Rank, place of the key within the segment, and entry.
type Candidate = (Reverse<u32>, u32, u32);

fn best_of(
    (segment, columns): (&SegmentReader, &Columns),
    judged: &Judged,
    (after, limit): (Option<(Reverse<u32>, u32)>, usize),
    ranks: &[u32],
    selected: &mut Selected,
) -> Vec<Candidate> {
    // The worst of the best is on top.
    let mut best: BinaryHeap<Candidate> = BinaryHeap::with_capacity(limit.saturating_add(1));
    let entries = ranks.iter().zip(&columns.groups).zip(&columns.keys).zip(0_u32..);
    for (((rank, group), key), entry) in entries {
        if *rank == 0 || segment.is_deleted(entry) {
            continue;
        }
        let group = *group as usize;
        let (Some(count), Some(found)) = (selected.counts.get_mut(group), judged.found.get(group)) else { continue };
        *count += 1;
        if !found {
            continue;
        }
        selected.total += 1;
        let candidate = (Reverse(*rank), *key, entry);
        let is_seen = after.is_some_and(|after| (candidate.0, candidate.1) < after);
        if is_seen || (best.len() >= limit && best.peek().is_some_and(|worst| candidate > *worst)) {
            continue;
        }
        best.push(candidate);
        if best.len() > limit {
            best.pop();
        }
    }
    best.into_vec()
}
