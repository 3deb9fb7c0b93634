//! Which of the entries that match make the page, and how many there are of each group.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, Searcher, SegmentReader};

use super::groups::Judged;
use super::index::{GROUP, KEY};

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
    searcher: &Searcher,
    judged: &Judged,
    after: Option<&Place>,
    limit: usize,
    ranks: impl Fn(&SegmentReader) -> tantivy::Result<Vec<u32>>,
) -> tantivy::Result<Selected> {
    let mut selected = Selected { entries: Vec::new(), counts: vec![0; judged.found.len()], total: 0 };
    for (segment, number) in searcher.segment_readers().iter().zip(0..) {
        let Some(keys) = segment.fast_fields().str(KEY)? else { continue };
        let best = best_of((segment, &keys), judged, (after, limit), &ranks(segment)?, &mut selected)?;
        for (rank, key, entry) in best {
            let mut text = String::new();
            keys.ord_to_str(key, &mut text)?;
            selected.entries.push(((rank, text), DocAddress::new(number, entry)));
        }
    }
    selected.entries.sort_unstable();
    selected.entries.truncate(limit);
    Ok(selected)
}

/// Rank, number of the key within the segment, and entry.
type Candidate = (Reverse<u32>, u64, u32);

fn best_of(
    (segment, keys): (&SegmentReader, &StrColumn),
    judged: &Judged,
    (after, limit): (Option<&Place>, usize),
    ranks: &[u32],
    selected: &mut Selected,
) -> tantivy::Result<Vec<Candidate>> {
    let groups = segment.fast_fields().u64(GROUP)?.first_or_default_col(u64::MAX);
    let after = match after {
        Some((rank, key)) => Some((*rank, first_behind(keys, key)?)),
        None => None,
    };
    // The worst of the best is on top.
    let mut best: BinaryHeap<Candidate> = BinaryHeap::with_capacity(limit.saturating_add(1));
    for (rank, entry) in ranks.iter().zip(0_u32..).filter(|(rank, _)| **rank > 0) {
        if segment.is_deleted(entry) {
            continue;
        }
        let group = usize::try_from(groups.get_val(entry)).unwrap_or(usize::MAX);
        let (Some(count), Some(found)) = (selected.counts.get_mut(group), judged.found.get(group)) else { continue };
        *count += 1;
        if !found {
            continue;
        }
        selected.total += 1;
        let rank = Reverse(*rank);
        let is_full = best.len() >= limit;
        // Looking up keys is what costs, so it is left to those that have a chance.
        if after.is_some_and(|(last, _)| rank < last) || (is_full && best.peek().is_some_and(|worst| rank > worst.0)) {
            continue;
        }
        let key = keys.ords().first(entry).unwrap_or(u64::MAX);
        if after.is_some_and(|(last, behind)| rank == last && key < behind) {
            continue;
        }
        best.push((rank, key, entry));
        if best.len() > limit {
            best.pop();
        }
    }
    Ok(best.into_vec())
}

/// The number of the segment's first key behind `key`.
fn first_behind(keys: &StrColumn, key: &str) -> tantivy::Result<u64> {
    let (mut from, mut to, mut text) = (0, keys.num_terms() as u64, String::new());
    while from < to {
        let middle = from.midpoint(to);
        text.clear();
        keys.ord_to_str(middle, &mut text)?;
        if text.as_str() <= key {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    Ok(from)
}
