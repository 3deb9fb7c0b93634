//! Text to [`Node`]: the one place that meets hostile YAML.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Error, MergeKeyPolicy, Spanned};

use super::node::{Entry, Kind, Node, Span};
use crate::codes;
use crate::diagnostic::Diagnostic;

/// The longest document read, in bytes.
const TEXT_LEN_MAX: usize = 4 << 20;
/// The deepest nesting read.
const DEPTH_MAX: usize = 48;
/// Items of one list or mapping: checks that compare each with each stay cheap.
const ITEMS_MAX: usize = 4_096;
/// Nodes of one document, aliases expanded.
const NODES_MAX: usize = 200_000;

/// Reads one document.
///
/// # Errors
/// What makes the text unreadable; such a document has no further faults to report.
pub(crate) fn read(text: &str) -> Result<Node, Vec<Diagnostic>> {
    if text.len() > TEXT_LEN_MAX {
        let message = format!("the document is longer than {} MiB", TEXT_LEN_MAX >> 20);
        return Err(vec![Diagnostic::error(codes::LIMIT, message, Span { line: 1, column: 1, ..Span::default() })]);
    }
    let forbidden = forbidden_characters(text);
    if !forbidden.is_empty() {
        return Err(forbidden);
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEPTH_MAX,
            flow_nesting_limit: DEPTH_MAX,
            max_nodes: NODES_MAX,
            max_aliases: 200,
            max_anchors: 200,
            max_documents: 2,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 20_000,
            max_replay_stack_depth: 8,
        },
        strict_booleans: true,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Spanned<Node>>(text, options) {
        Ok(spanned) => {
            let node = place(spanned);
            match node.longest_collection() {
                Some((len, span)) if len > ITEMS_MAX => {
                    let message = format!("a list or mapping of {len} items, of which {ITEMS_MAX} are allowed");
                    Err(vec![Diagnostic::error(codes::LIMIT, message, span)])
                }
                _ => match deceiving(&node) {
                    found if found.is_empty() => Ok(node),
                    found => Err(found),
                },
            }
        }
        Err(error) => Err(vec![explain(text, &error)]),
    }
}

/// Characters that make a text read differently from how it looks, or that end it early in other programs.
fn forbidden_characters(text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (line_index, line) in text.split('\n').enumerate() {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        for (column_index, (offset, character)) in line.char_indices().enumerate() {
            let Some(what) = forbidden(character) else { continue };
            let span = Span {
                start: start + offset,
                len: character.len_utf8(),
                line: line_index + 1,
                column: column_index + 1,
            };
            found.push(not_allowed(what, character, span));
            if found.len() >= FORBIDDEN_MAX {
                return found;
            }
        }
    }
    found
}

/// The same characters, written as escapes.
fn deceiving(root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    root.each_text(&mut |text, span| {
        let first = text.chars().find_map(|character| Some((forbidden(character)?, character)));
        if let Some((what, character)) = first.filter(|_| found.len() < FORBIDDEN_MAX) {
            found.push(not_allowed(what, character, span));
        }
    });
    found
}

/// Places told of one document.
const FORBIDDEN_MAX: usize = 20;

fn forbidden(character: char) -> Option<&'static str> {
    match character {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' => {
            Some("a bidirectional control character")
        }
        '\0' => Some("a NUL character"),
        '\u{1}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Some("a control character"),
        _ => None,
    }
}

fn not_allowed(what: &str, character: char, span: Span) -> Diagnostic {
    let message = format!("{what} `U+{:04X}` is not allowed", u32::from(character));
    Diagnostic::error(codes::FORBIDDEN_CHARACTER, message, span)
        .help("remove it; it makes the text read differently from how it looks")
}

fn explain(text: &str, error: &Error) -> Diagnostic {
    let span = error.location().map(|location| span_of(&location)).unwrap_or_default();
    let span = clamp(text, span);
    match error.without_snippet() {
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => too_far(span),
        Error::MergeKeyNotAllowed { .. } => {
            Diagnostic::error(codes::NOT_ONE_DOCUMENT, "merge keys `<<` are not allowed", span)
                .help("write the keys out; what a merge key overrides differs between programs")
        }
        Error::MultipleDocuments { .. } => {
            Diagnostic::error(codes::NOT_ONE_DOCUMENT, "the file holds more than one document", span)
                .help("write one document a file, without a further `---`")
        }
        // The parser's guards against nesting and replay reach us wrapped, without a kind of their own.
        other if other.to_string().contains("limit exceeded") => too_far(span),
        // The only thing that must be text here is a key.
        other if other.to_string().contains("into string") => {
            Diagnostic::error(codes::SYNTAX, "a key is not a text", span).help("put it in quotes")
        }
        other => Diagnostic::error(codes::SYNTAX, format!("not YAML: {}", one_line(&other.to_string())), span),
    }
}

fn too_far(span: Span) -> Diagnostic {
    Diagnostic::error(codes::LIMIT, "the document nests too deeply or expands too far", span).help(format!(
        "at most {DEPTH_MAX} levels and {NODES_MAX} values, aliases expanded; write values out instead of repeating aliases"
    ))
}

fn one_line(text: &str) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    if let Some(end) = line.find(" at line ") {
        line.truncate(end);
    }
    line
}

fn clamp(text: &str, mut span: Span) -> Span {
    span.line = span.line.max(1);
    span.column = span.column.max(1);
    span.start = span.start.min(text.len());
    while !text.is_char_boundary(span.start) {
        span.start -= 1;
    }
    span.len = span.len.min(text.len() - span.start);
    while !text.is_char_boundary(span.start + span.len) {
        span.len -= 1;
    }
    span
}

fn span_of(location: &serde_saphyr::Location) -> Span {
    let narrow = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    Span {
        start: narrow(location.span().byte_offset().unwrap_or_default()),
        len: narrow(location.span().byte_len().unwrap_or_default()),
        line: narrow(location.line()),
        column: narrow(location.column()),
    }
}

fn place(spanned: Spanned<Node>) -> Node {
    Node { span: span_of(&spanned.referenced), ..spanned.value }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor).map(|kind| Self { kind, span: Span::default() })
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(i64::try_from(value).map_or(Kind::Unsigned(value), Kind::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        Ok(Kind::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Kind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Spanned<Node>>()? {
            items.push(place(item));
        }
        Ok(Kind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Kind, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            let value = access.next_value::<Spanned<Node>>()?;
            entries.push(Entry { key_span: span_of(&key.referenced), key: key.value, value: place(value) });
        }
        Ok(Kind::Map(entries))
    }
}
