//! The tree as it grows, event by event, within what a document may ask of its reader.

use std::collections::BTreeMap;

use super::characters::{FORBIDDEN_MAX, deceiving};
use super::node::{Entry, Kind, Node, Span};
use super::scalar::{Asked, NoValue, Scalar};
use crate::diagnostic::Diagnostic;

/// The deepest nesting read.
pub(super) const DEPTH_MAX: usize = 48;
/// Items of one list or mapping: checks that compare each with each stay cheap.
pub(super) const ITEMS_MAX: usize = 4_096;
/// Nodes of one document, aliases expanded.
pub(super) const NODES_MAX: usize = 200_000;
/// Bytes of all texts, aliases expanded.
const TEXT_LEN_MAX: usize = 64 << 20;
/// Anchors of one document, and aliases.
const NAMES_MAX: usize = 200;
/// Starts, ends and scalars that aliases stand for.
const EXPANDED_MAX: usize = 20_000;

/// Why reading ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refusal {
    /// It nests too deeply or expands too far.
    TooFar(Span),
    Merge(Span),
    Documents(Span),
    KeyIsNoText(Span),
    NotYaml(String, Span),
}

/// The tree so far.
#[derive(Default)]
pub(super) struct Tree<'a> {
    /// The lists and mappings that have not ended, outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    /// A list or mapping in the place of a key: it is refused where it ends, after whatever is wrong inside of it.
    key: Option<(usize, Span)>,
    anchors: BTreeMap<usize, Anchored<'a>>,
    aliases: usize,
    nodes: usize,
    text_len: usize,
    expanded: usize,
    too_long: Option<(usize, Span)>,
    deceiving: Vec<Diagnostic>,
}

/// A document that was read, and what may still forbid it.
pub(super) struct Whole {
    pub(super) root: Node,
    /// The longest list or mapping of more than [`ITEMS_MAX`] items.
    pub(super) too_long: Option<(usize, Span)>,
    /// Texts with characters that deceive.
    pub(super) deceiving: Vec<Diagnostic>,
}

/// A list or mapping that has not ended.
struct Open {
    span: Span,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(String, Span)> },
}

/// What an alias stands for.
enum Anchored<'a> {
    Scalar(Scalar<'a>),
    /// The way to it from the root: which item, which entry. A copy would be paid for by documents without aliases.
    At(Vec<usize>),
}

impl<'a> Tree<'a> {
    pub(super) fn scalar(&mut self, scalar: Scalar<'a>, anchor: usize, span: Span) -> Result<(), Refusal> {
        self.count(1, scalar.text.len(), span)?;
        if anchor != 0 {
            self.anchor(anchor, Anchored::Scalar(scalar.clone()), span)?;
        }
        self.put_scalar(scalar, span)
    }

    pub(super) fn begin(&mut self, list: bool, asked: Asked, anchor: usize, span: Span) -> Result<(), Refusal> {
        self.count(1, 0, span)?;
        if self.open.len() + self.key.map_or(0, |(depth, _)| depth) >= DEPTH_MAX {
            return Err(Refusal::TooFar(span));
        }
        if anchor != 0 {
            let way = self.open.iter().map(Open::len).collect();
            self.anchor(anchor, Anchored::At(way), span)?;
        }
        if !asked.fits_collection(list) {
            let what = if list { "a list" } else { "a mapping" };
            return Err(Refusal::NotYaml(format!("a tag that {what} cannot have"), span));
        }
        if let Some((depth, _)) = &mut self.key {
            *depth += 1;
        } else if self.awaits_key() {
            self.key = Some((1, span));
        } else {
            let map = || OpenKind::Map { entries: Vec::new(), key: None };
            self.open.push(Open { span, kind: if list { OpenKind::List(Vec::new()) } else { map() } });
        }
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<(), Refusal> {
        if let Some((depth, span)) = &mut self.key {
            *depth -= 1;
            return if *depth == 0 { Err(Refusal::KeyIsNoText(*span)) } else { Ok(()) };
        }
        let Some(Open { span, kind }) = self.open.pop() else { return Ok(()) };
        let (len, kind) = match kind {
            OpenKind::List(items) => (items.len(), Kind::List(items)),
            OpenKind::Map { entries, .. } => (entries.len(), Kind::Map(entries)),
        };
        self.measure(len, span);
        self.put(Node { kind, span });
        Ok(())
    }

    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Refusal> {
        self.aliases += 1;
        if self.aliases > NAMES_MAX {
            return Err(Refusal::TooFar(span));
        }
        if self.key.is_some() {
            return Ok(());
        }
        let mut copy = Copying { span, depth: self.open.len(), nodes: 0, text_len: 0, events: self.expanded };
        match self.anchors.get(&anchor) {
            Some(Anchored::Scalar(scalar)) => {
                let scalar = scalar.clone();
                self.count(1, scalar.text.len(), span)?;
                self.expanded += 1;
                self.put_scalar(scalar, span)
            }
            Some(Anchored::At(_)) if self.awaits_key() => Err(Refusal::KeyIsNoText(span)),
            Some(Anchored::At(way)) => {
                let inside = || Refusal::NotYaml("an alias stands inside of what it is an alias of".to_owned(), span);
                let node = copy.node(self.ended(way).ok_or_else(inside)?)?;
                self.expanded = copy.events;
                self.count(copy.nodes, copy.text_len, span)?;
                self.put(node);
                Ok(())
            }
            None => Err(Refusal::NotYaml("an alias of nothing".to_owned(), span)),
        }
    }

    /// Whether a document has ended.
    pub(super) fn is_whole(&self) -> bool {
        self.root.is_some()
    }

    /// The document; `last` is where the text ends.
    pub(super) fn finish(self, last: Span) -> Result<Whole, Refusal> {
        // Many aliases of few anchors is what a bomb looks like before it has grown.
        if self.aliases >= NAMES_MAX / 2 && self.aliases > 10 * self.anchors.len() {
            return Err(Refusal::TooFar(last));
        }
        let root = self.root.unwrap_or(Node { kind: Kind::Null, span: last });
        Ok(Whole { root, too_long: self.too_long, deceiving: self.deceiving })
    }

    fn count(&mut self, nodes: usize, text_len: usize, span: Span) -> Result<(), Refusal> {
        self.nodes += nodes;
        self.text_len += text_len;
        let too_far = self.nodes > NODES_MAX || self.text_len > TEXT_LEN_MAX || self.expanded > EXPANDED_MAX;
        if too_far { Err(Refusal::TooFar(span)) } else { Ok(()) }
    }

    fn anchor(&mut self, anchor: usize, anchored: Anchored<'a>, span: Span) -> Result<(), Refusal> {
        self.anchors.insert(anchor, anchored);
        if self.anchors.len() > NAMES_MAX { Err(Refusal::TooFar(span)) } else { Ok(()) }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: OpenKind::Map { key: None, .. }, .. }))
    }

    fn put_scalar(&mut self, scalar: Scalar<'a>, span: Span) -> Result<(), Refusal> {
        // A text that stands in the document as it is has been looked at there.
        if matches!(scalar.text, std::borrow::Cow::Owned(_)) && self.deceiving.len() < FORBIDDEN_MAX {
            self.deceiving.extend(deceiving(&scalar.text, span));
        }
        if self.key.is_some() {
            return Ok(());
        }
        if let Some(Open { kind: OpenKind::Map { key: key @ None, .. }, .. }) = self.open.last_mut() {
            if scalar.is_merge_key() {
                return Err(Refusal::Merge(span));
            }
            *key = Some((scalar.key().ok_or(Refusal::KeyIsNoText(span))?, span));
            return Ok(());
        }
        let kind = scalar.value().map_err(|NoValue(why)| Refusal::NotYaml(why, span))?;
        self.put(Node { kind, span });
        Ok(())
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Map { entries, key }) => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, value: node });
                }
            }
        }
    }

    fn measure(&mut self, len: usize, span: Span) {
        if len > self.too_long.map_or(ITEMS_MAX, |(longest, _)| longest) {
            self.too_long = Some((len, span));
        }
    }

    /// The node at the end of a way from the root, if it has ended.
    fn ended(&self, way: &[usize]) -> Option<&Node> {
        let level = way.iter().zip(&self.open).position(|(index, open)| *index < open.len())?;
        let mut steps = way.iter().skip(level);
        let mut node = self.open.get(level)?.child(*steps.next()?)?;
        for index in steps {
            node = match &node.kind {
                Kind::List(items) => items.get(*index)?,
                Kind::Map(entries) => &entries.get(*index)?.value,
                _ => return None,
            };
        }
        Some(node)
    }
}

impl Open {
    fn len(&self) -> usize {
        match &self.kind {
            OpenKind::List(items) => items.len(),
            OpenKind::Map { entries, .. } => entries.len(),
        }
    }

    fn child(&self, index: usize) -> Option<&Node> {
        match &self.kind {
            OpenKind::List(items) => items.get(index),
            OpenKind::Map { entries, .. } => entries.get(index).map(|entry| &entry.value),
        }
    }
}

/// A copy for an alias: everything in it stands where the alias stands.
struct Copying {
    span: Span,
    depth: usize,
    nodes: usize,
    text_len: usize,
    events: usize,
}

impl Copying {
    fn node(&mut self, node: &Node) -> Result<Node, Refusal> {
        let kind = match &node.kind {
            Kind::List(items) => {
                self.enter()?;
                let items = items.iter().map(|item| self.node(item)).collect::<Result<_, _>>()?;
                self.depth -= 1;
                Kind::List(items)
            }
            Kind::Map(entries) => {
                self.enter()?;
                let entries = entries.iter().map(|entry| self.entry(entry)).collect::<Result<_, _>>()?;
                self.depth -= 1;
                Kind::Map(entries)
            }
            Kind::Text(text) => {
                self.step(1, text.len())?;
                Kind::Text(text.clone())
            }
            scalar => {
                self.step(1, 0)?;
                scalar.clone()
            }
        };
        Ok(Node { kind, span: self.span })
    }

    fn entry(&mut self, entry: &Entry) -> Result<Entry, Refusal> {
        self.step(1, entry.key.len())?;
        Ok(Entry { key: entry.key.clone(), key_span: self.span, value: self.node(&entry.value)? })
    }

    fn enter(&mut self) -> Result<(), Refusal> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(Refusal::TooFar(self.span)) } else { self.step(2, 0) }
    }

    fn step(&mut self, events: usize, text_len: usize) -> Result<(), Refusal> {
        self.events += events;
        self.nodes += 1;
        self.text_len += text_len;
        if self.events > EXPANDED_MAX { Err(Refusal::TooFar(self.span)) } else { Ok(()) }
    }
}
