//! Text to [`Node`]: the one place that meets hostile YAML.

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError};

use super::characters::forbidden_characters;
use super::node::{Node, Span};
use super::plain::plain;
use super::scalar::{Asked, Scalar};
use super::tree::{DEPTH_MAX, ITEMS_MAX, NODES_MAX, Refusal, Tree, Whole};
use crate::codes;
use crate::diagnostic::Diagnostic;

/// The longest document read, in bytes.
const TEXT_LEN_MAX: usize = 4 << 20;

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
    let read = match plain(text) {
        Some(tree) => tree.finish(Span::default()),
        None => events(text).and_then(|(tree, last)| tree.finish(last)),
    };
    match read {
        Ok(Whole { too_long: Some((len, span)), .. }) => {
            let message = format!("a list or mapping of {len} items, of which {ITEMS_MAX} are allowed");
            Err(vec![Diagnostic::error(codes::LIMIT, message, span)])
        }
        Ok(Whole { root, deceiving, .. }) if deceiving.is_empty() => Ok(root),
        Ok(Whole { deceiving, .. }) => Err(deceiving),
        Err(refusal) => Err(vec![explain(text, refusal)]),
    }
}

/// The whole text in a tree, and where it ends.
pub(super) fn events(text: &str) -> Result<(Tree<'_>, Span), Refusal> {
    let options = granit_parser::options! { flow_nesting_limit: DEPTH_MAX, emit_comments: false };
    let mut tree = Tree::default();
    let mut last = Span::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| scan(&error))?;
        let span = place(&span);
        last = span;
        let content =
            !matches!(event, Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd);
        if content && tree.is_whole() {
            return Err(Refusal::Documents(span));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let asked = Asked::by(tag.as_deref());
                tree.scalar(Scalar { text, plain: style == ScalarStyle::Plain, asked }, anchor, span)?;
            }
            Event::SequenceStart(_, anchor, tag) => tree.begin(true, Asked::by(tag.as_deref()), anchor, span)?,
            Event::MappingStart(_, anchor, tag) => tree.begin(false, Asked::by(tag.as_deref()), anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => tree.end()?,
            Event::Alias(anchor) => tree.alias(anchor, span)?,
            _ => {}
        }
    }
    Ok((tree, last))
}

fn place(span: &granit_parser::Span) -> Span {
    let start = span.start.byte_offset().unwrap_or_default();
    let end = span.end.byte_offset().unwrap_or_default();
    Span { start, len: end.saturating_sub(start), ..mark(&span.start) }
}

fn mark(marker: &Marker) -> Span {
    Span { start: marker.byte_offset().unwrap_or_default(), len: 0, line: marker.line(), column: marker.col() + 1 }
}

fn scan(error: &ScanError) -> Refusal {
    let span = mark(error.marker());
    match error.kind() {
        ErrorKind::RecursionLimitExceeded | ErrorKind::DirectiveByteLimitExceeded { .. } => Refusal::TooFar(span),
        _ => Refusal::NotYaml(error.info(), span),
    }
}

fn explain(text: &str, refusal: Refusal) -> Diagnostic {
    match refusal {
        Refusal::TooFar(span) => {
            let message = "the document nests too deeply or expands too far";
            Diagnostic::error(codes::LIMIT, message, clamp(text, span)).help(format!(
                "at most {DEPTH_MAX} levels and {NODES_MAX} values, aliases expanded; write values out instead of \
                 repeating aliases"
            ))
        }
        Refusal::Merge(span) => {
            Diagnostic::error(codes::NOT_ONE_DOCUMENT, "merge keys `<<` are not allowed", clamp(text, span))
                .help("write the keys out; what a merge key overrides differs between programs")
        }
        Refusal::Documents(span) => {
            Diagnostic::error(codes::NOT_ONE_DOCUMENT, "the file holds more than one document", clamp(text, span))
                .help("write one document a file, without a further `---`")
        }
        Refusal::KeyIsNoText(span) => {
            Diagnostic::error(codes::SYNTAX, "a key is not a text", clamp(text, span)).help("put it in quotes")
        }
        Refusal::NotYaml(why, span) => {
            Diagnostic::error(codes::SYNTAX, format!("not YAML: {}", one_line(&why)), clamp(text, span))
        }
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
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
