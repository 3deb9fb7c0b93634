//! What a value names.

use crate::yaml::{Kind, Node};

/// A name that is defined elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference<'a> {
    /// A column of the table that is this item of `schema`.
    LocalColumn { object: usize, path: &'a str },
    /// `loans.loan_id`, `lending.loans.loan_id`, `schema/loans_tbl/properties/loan_id_col`.
    Column(&'a str),
    /// The `id` of a contract or product.
    Identity(&'a str),
}

/// One step into a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// What the value at a byte names; `None` when there is no value, or it names nothing.
pub(super) fn at(root: &Node, byte: usize) -> Option<Reference<'_>> {
    let mut steps = Vec::new();
    let (text, offset) = find(root, byte, &mut steps)?;
    let keys: Vec<&str> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Item(_) => None,
        })
        .collect();
    let object = match steps.as_slice() {
        [Step::Key("schema"), Step::Item(index), ..] => Some(*index),
        _ => None,
    };
    match keys.as_slice() {
        ["schema", .., "relationships", "to"] | ["schema", .., "transformSourceObjects"] => {
            Some(Reference::Column(text))
        }
        ["schema", .., "relationships", "from"] | ["schema", .., "quality", "arguments", "properties"] => {
            Some(Reference::LocalColumn { object: object?, path: text })
        }
        ["slaProperties", "element"] => listed(text, offset).map(Reference::Column),
        [.., "contractId"] | [.., "inputContracts", "id"] | ["dataProduct"] => Some(Reference::Identity(text)),
        _ => None,
    }
}

/// Of `loans.a, loans.b`, the one at an offset.
fn listed(text: &str, offset: usize) -> Option<&str> {
    let mut start = 0;
    for item in text.split(',') {
        let end = start + item.len();
        if offset <= end {
            return Some(item.trim()).filter(|item| !item.is_empty());
        }
        start = end + 1;
    }
    None
}

/// The text at a byte, how far into it, and the steps to it. A quote counts as the first character.
fn find<'a>(node: &'a Node, byte: usize, steps: &mut Vec<Step<'a>>) -> Option<(&'a str, usize)> {
    let below = |step: Step<'a>, child: &'a Node, steps: &mut Vec<Step<'a>>| {
        steps.push(step);
        let found = find(child, byte, steps);
        if found.is_none() {
            steps.pop();
        }
        found
    };
    match &node.kind {
        Kind::Text(text) => {
            let here = (node.span.start..=node.span.start + node.span.len).contains(&byte);
            here.then(|| (text.as_str(), byte - node.span.start))
        }
        Kind::List(items) => items.iter().enumerate().find_map(|(index, item)| below(Step::Item(index), item, steps)),
        Kind::Map(entries) => entries.iter().find_map(|entry| below(Step::Key(&entry.key), &entry.value, steps)),
        _ => None,
    }
}
