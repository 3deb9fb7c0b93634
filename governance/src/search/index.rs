//! The index: entries as tantivy documents in memory.

use std::sync::Arc;

use mesh_api::SearchHit;
use parking_lot::RwLock;
use tantivy::merge_policy::{LogMergePolicy, NoMergePolicy};
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value as _};
use tantivy::{DocAddress, Index as Tantivy, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term};

use super::entry::{Entry, Unit};
use super::groups::Groups;
use super::snapshot::Snapshot;
use super::words::analyzer;

/// Memory for documents that are not committed yet; the least that the library allows.
const WRITER_BYTES: usize = 15_000_000;
const WORDS: &str = "words";
/// The column that holds each entry's key.
pub(crate) const KEY: &str = "key";
/// The column that holds the number of each entry's group.
pub(crate) const GROUP: &str = "group";

/// Where a word may stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The short name as a whole.
    pub(crate) name: Field,
    /// Names with (parts of) what they stand in.
    pub(crate) path: Field,
    /// Words of the short name; of ports and products those of the domain too.
    pub(crate) part: Field,
    /// Words of the title, tags and links.
    pub(crate) title: Field,
    /// Words of the owners' names.
    pub(crate) owner: Field,
    /// Words of the description.
    pub(crate) text: Field,
    /// Words of what a column stands in.
    pub(crate) context: Field,
    unit: Field,
    key: Field,
    group: Field,
    hit: Field,
}

/// The index's reading end. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Index {
    pub(crate) fields: Fields,
    snapshot: Arc<RwLock<Arc<Snapshot>>>,
}

/// The index's writing end; there is one.
pub(crate) struct Writer {
    fields: Fields,
    reader: IndexReader,
    writer: IndexWriter,
    snapshot: Arc<RwLock<Arc<Snapshot>>>,
}

/// A new, empty index.
pub(crate) fn create() -> tantivy::Result<(Index, Writer)> {
    let (schema, fields) = schema();
    let index = Tantivy::builder().schema(schema).create_in_ram()?;
    index.tokenizers().register(WORDS, analyzer());
    let writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
    // Nothing is merged while the index is built, and everything at its end.
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let snapshot = Arc::new(RwLock::new(Arc::new(Snapshot::new(reader.searcher(), None)?)));
    Ok((Index { fields, snapshot: snapshot.clone() }, Writer { fields, reader, writer, snapshot }))
}

fn schema() -> (Schema, Fields) {
    let indexed = |tokenizer| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::Basic))
    };
    let mut schema = Schema::builder();
    let fields = Fields {
        name: schema.add_text_field("name", indexed("raw")),
        path: schema.add_text_field("path", indexed("raw")),
        part: schema.add_text_field("part", indexed(WORDS)),
        title: schema.add_text_field("title", indexed(WORDS)),
        owner: schema.add_text_field("owner", indexed(WORDS)),
        text: schema.add_text_field("text", indexed(WORDS)),
        context: schema.add_text_field("context", indexed(WORDS)),
        unit: schema.add_text_field("unit", indexed("raw")),
        key: schema.add_text_field(KEY, TextOptions::default().set_fast("raw")),
        group: schema.add_u64_field(GROUP, FAST),
        hit: schema.add_text_field("hit", STORED),
    };
    (schema.build(), fields)
}

impl Writer {
    /// Puts `entries` in the place of whatever the index has of `unit`. Seen after [`Writer::commit`].
    pub(crate) fn replace(&mut self, unit: &Unit, entries: &[Entry], groups: &RwLock<Groups>) -> tantivy::Result<()> {
        self.writer.delete_term(Term::from_field_text(self.fields.unit, &unit.key()));
        let numbers: Vec<u32> = {
            let mut groups = groups.write();
            entries.iter().map(|entry| groups.number(unit, entry)).collect()
        };
        for (entry, group) in entries.iter().zip(numbers) {
            self.writer.add_document(self.document(unit, entry, group)?)?;
        }
        Ok(())
    }

    /// Makes one segment of all that was committed: each word is looked up once for each segment. From then on a few segments at a
    /// time are merged as they become many.
    pub(crate) fn merge(&mut self) -> tantivy::Result<()> {
        let segments = self.writer.index().searchable_segment_ids()?;
        if segments.len() > 1 {
            self.writer.merge(&segments).wait()?;
        }
        self.writer.set_merge_policy(Box::<LogMergePolicy>::default());
        Ok(())
    }

    /// Shows what was written to whoever searches from now on.
    pub(crate) fn commit(&mut self) -> tantivy::Result<()> {
        self.writer.commit()?;
        self.reader.reload()?;
        let before = self.snapshot.read().clone();
        let snapshot = Snapshot::new(self.reader.searcher(), Some(&before))?;
        *self.snapshot.write() = Arc::new(snapshot);
        Ok(())
    }

    fn document(&self, unit: &Unit, entry: &Entry, group: u32) -> tantivy::Result<TantivyDocument> {
        let (fields, hit, mut document) = (&self.fields, &entry.0, TantivyDocument::default());
        document.add_text(fields.unit, unit.key());
        document.add_text(fields.key, entry.key());
        document.add_u64(fields.group, u64::from(group));
        document.add_text(fields.hit, serde_json::to_string(hit)?);
        document.add_text(fields.name, entry.short_name().to_lowercase());
        let path = hit.name.to_lowercase();
        for (place, _) in path.match_indices('.') {
            document.add_text(fields.path, path.split_at(place + 1).1);
        }
        document.add_text(fields.path, &path);
        document.add_text(fields.part, entry.short_name());
        let within = hit.name.strip_suffix(entry.short_name()).unwrap_or_default();
        document.add_text(if hit.column.is_some() { fields.context } else { fields.part }, within);
        for text in hit.title.iter().chain(&hit.terms) {
            document.add_text(fields.title, text);
        }
        hit.owners.iter().for_each(|owner| document.add_text(fields.owner, owner));
        if let Some(description) = &hit.description {
            document.add_text(fields.text, description);
        }
        Ok(document)
    }
}

impl Index {
    /// The index as it is now.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.read().clone()
    }

    /// The entry of a document.
    pub(crate) fn hit(&self, searcher: &Searcher, address: DocAddress) -> tantivy::Result<SearchHit> {
        let document: TantivyDocument = searcher.doc(address)?;
        let stored = document.get_first(self.fields.hit).and_then(|value| value.as_str()).unwrap_or_default();
        Ok(serde_json::from_str(stored)?)
    }
}
