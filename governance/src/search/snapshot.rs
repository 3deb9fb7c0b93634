//! The index as it was when something was last committed.

use std::sync::Arc;

use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use super::index::{GROUP, KEY};

/// What searches read from. It does not change; a commit puts another one in its place.
pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
    /// One for each segment of the searcher, in its order.
    columns: Vec<Arc<Columns>>,
}

/// What is looked up of every entry that matches, as plain arrays: decoding it from the index's own columns each time is most
/// of what a search for a common word costs. 8 bytes an entry.
pub(crate) struct Columns {
    segment: SegmentId,
    /// By entry: the number of its group.
    pub(crate) groups: Vec<u32>,
    /// By entry: the place of its key among the segment's keys.
    pub(crate) keys: Vec<u32>,
    texts: Option<StrColumn>,
}

impl Snapshot {
    /// The index as `searcher` sees it. Segments that `before` has are not read again.
    pub(crate) fn new(searcher: Searcher, before: Option<&Self>) -> tantivy::Result<Self> {
        let known = |segment: SegmentId| before?.columns.iter().find(|columns| columns.segment == segment).cloned();
        let columns = searcher.segment_readers().iter().map(|segment| match known(segment.segment_id()) {
            Some(columns) => Ok(columns),
            None => Columns::read(segment).map(Arc::new),
        });
        let columns = columns.collect::<tantivy::Result<_>>()?;
        Ok(Self { searcher, columns })
    }

    /// The segments with their columns.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (&SegmentReader, &Columns)> {
        self.searcher.segment_readers().iter().zip(self.columns.iter().map(AsRef::as_ref))
    }
}

impl Columns {
    fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let entries = 0..segment.max_doc();
        let groups = segment.fast_fields().u64(GROUP)?;
        let texts = segment.fast_fields().str(KEY)?;
        let number = |number: Option<u64>| number.and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX);
        let key = |entry| texts.as_ref().and_then(|texts| texts.ords().first(entry));
        Ok(Self {
            segment: segment.segment_id(),
            groups: entries.clone().map(|entry| number(groups.first(entry))).collect(),
            keys: entries.map(|entry| number(key(entry))).collect(),
            texts,
        })
    }

    /// The key at a place among the segment's keys.
    pub(crate) fn key(&self, place: u32) -> tantivy::Result<String> {
        let mut text = String::new();
        if let Some(texts) = &self.texts {
            texts.ord_to_str(u64::from(place), &mut text)?;
        }
        Ok(text)
    }

    /// The place of the first key behind `key`.
    pub(crate) fn first_behind(&self, key: &str) -> tantivy::Result<u32> {
        let keys = self.texts.as_ref().map_or(0, |texts| texts.num_terms());
        let (mut from, mut to) = (0, u32::try_from(keys).unwrap_or(u32::MAX));
        while from < to {
            let middle = from.midpoint(to);
            if self.key(middle)?.as_str() <= key {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        Ok(from)
    }
}
