//! Where what a value names is defined: a column, a table, a contract, a product.

mod reference;

use crate::diagnostic::Span;
use crate::yaml::{Kind, Node, read};
use reference::Reference;

/// A place in one of several documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Which of the documents, from zero.
    pub document: usize,
    /// The name or identity that the value repeats.
    pub span: Span,
}

/// Where the value at a byte of a document (`at`, from zero) is defined, in that document or in another one: the target
/// of a relationship, the column of a service level or rule, the contract of a port, the product of a contract.
///
/// Documents that are not YAML define nothing. `None` also where the value names nothing, or nothing that is here.
#[must_use]
pub fn definition(documents: &[&str], at: usize, byte: usize) -> Option<Definition> {
    let own = read(documents.get(at)?).ok()?;
    let reference = reference::at(&own, byte)?;
    if let Some(span) = reference.found_in(&own, true, &own) {
        return Some(Definition { document: at, span });
    }
    let others = documents.iter().enumerate().filter(|(document, text)| *document != at && reference.may_be_in(text));
    others.filter_map(|(document, text)| Some((document, read(text).ok()?))).find_map(|(document, root)| {
        let span = reference.found_in(&root, false, &own)?;
        Some(Definition { document, span })
    })
}

impl Reference<'_> {
    /// Whether a text could define it: a cheap look that spares most documents their reading.
    fn may_be_in(&self, text: &str) -> bool {
        match self {
            Self::LocalColumn { .. } => false,
            Self::Column(path) => {
                path.split(['.', '/']).rfind(|step| !step.is_empty()).is_some_and(|name| text.contains(name))
            }
            Self::Identity(id) => text.contains(id),
        }
    }

    /// Its place in a document, which may be the one that the reference stands in.
    fn found_in(&self, root: &Node, same: bool, from: &Node) -> Option<Span> {
        match self {
            Self::LocalColumn { object, path } if same => {
                let object = list(root, "schema").get(*object)?;
                let path = strip(path, text(object, "name")?.0).unwrap_or(path);
                column(object, path)
            }
            Self::LocalColumn { .. } => None,
            Self::Column(path) => {
                if let Some((_, path)) = path.split_once("schema/") {
                    return by_identities(root, path);
                }
                let domain = text(root, "domain")?.0;
                let alike = || text(from, "domain").is_some_and(|(own, _)| own == domain);
                // `object.column` of the same domain, or `domain.object.column` of any.
                let within = strip(path, domain).and_then(|rest| table(root, rest));
                within.or_else(|| alike().then(|| table(root, path)).flatten())
            }
            Self::Identity(id) => text(root, "id").filter(|(own, _)| own == id).map(|(_, span)| span).filter(|_| !same),
        }
    }
}

/// `loans.loan_id` behind `loans` is `loan_id`.
fn strip<'a>(path: &'a str, first: &str) -> Option<&'a str> {
    path.strip_prefix(first)?.strip_prefix('.')
}

/// A table, or a column of it.
fn table(root: &Node, path: &str) -> Option<Span> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let object = list(root, "schema").iter().find(|object| text(object, "name").is_some_and(|(own, _)| own == name))?;
    match rest {
        Some(rest) => column(object, rest),
        None => text(object, "name").map(|(_, span)| span),
    }
}

/// A column of a table, or a member below one.
fn column(owner: &Node, path: &str) -> Option<Span> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let found =
        list(owner, "properties").iter().find(|property| text(property, "name").is_some_and(|(own, _)| own == name));
    match (found, rest) {
        (Some(property), Some(rest)) => column(property, rest),
        (Some(property), None) => text(property, "name").map(|(_, span)| span),
        (None, _) => column(owner.get("items")?, path),
    }
}

/// `loans_tbl/properties/loan_id_col`: the way by the `id` of each, or its name where it has none.
fn by_identities(root: &Node, path: &str) -> Option<Span> {
    let mut steps = path.split('/');
    let mut place = named(list(root, "schema"), steps.next()?)?;
    while let Some(step) = steps.next() {
        match step {
            "properties" => place = named(list(place, "properties"), steps.next()?)?,
            "items" => place = place.get("items")?,
            _ => return None,
        }
    }
    text(place, "name").map(|(_, span)| span)
}

fn named<'a>(items: &'a [Node], name: &str) -> Option<&'a Node> {
    let is = |item: &&Node, key: &str| text(item, key).is_some_and(|(own, _)| own == name);
    items.iter().find(|item| is(item, "id")).or_else(|| items.iter().find(|item| is(item, "name")))
}

fn list<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    match node.get(key).map(|node| &node.kind) {
        Some(Kind::List(items)) => items,
        _ => &[],
    }
}

fn text<'a>(node: &'a Node, key: &str) -> Option<(&'a str, Span)> {
    match node.get(key)? {
        Node { kind: Kind::Text(text), span } => Some((text, *span)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
