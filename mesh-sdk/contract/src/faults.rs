//! Collecting faults while reading on.

use std::fmt;

use crate::Code;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::shape::Fault;
use crate::yaml::Node;

/// A JSON pointer into the document, grown step by step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pointer(String);

impl Pointer {
    pub(crate) fn key(&self, key: &str) -> Self {
        if key.contains(['~', '/']) {
            return self.step(&key.replace('~', "~0").replace('/', "~1"));
        }
        self.step(key)
    }

    fn step(&self, step: &str) -> Self {
        let mut longer = String::with_capacity(self.0.len() + 1 + step.len());
        longer.push_str(&self.0);
        longer.push('/');
        longer.push_str(step);
        Self(longer)
    }

    pub(crate) fn item(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The keys and indexes from the top.
    pub(crate) fn steps(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The faults found so far, and the document they are found in.
pub(crate) struct Faults<'a> {
    root: &'a Node,
    list: Vec<Diagnostic>,
}

impl<'a> Faults<'a> {
    pub(crate) fn new(root: &'a Node) -> Self {
        Self { root, list: Vec::new() }
    }

    pub(crate) fn span(&self, pointer: &Pointer) -> Span {
        self.root.span_at(&pointer.0)
    }

    /// An error at a value; the result takes help and further labels.
    pub(crate) fn error(&mut self, code: Code, pointer: &Pointer, message: impl Into<String>) -> Last<'_> {
        let span = self.span(pointer);
        self.push(Diagnostic::error(code, message, span))
    }

    /// An error at a key.
    pub(crate) fn key_error(&mut self, code: Code, pointer: &Pointer, message: impl Into<String>) -> Last<'_> {
        let span = self.root.key_span_at(&pointer.0);
        self.push(Diagnostic::error(code, message, span))
    }

    /// A warning at a value.
    pub(crate) fn warning(&mut self, code: Code, pointer: &Pointer, message: impl Into<String>) -> Last<'_> {
        let span = self.span(pointer);
        self.push(Diagnostic::warning(code, message, span))
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) -> Last<'_> {
        self.list.push(diagnostic);
        Last(self.list.last_mut())
    }

    /// Takes over what the document's shape gave.
    pub(crate) fn take(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            let span =
                if fault.at_key { self.root.key_span_at(&fault.pointer) } else { self.root.span_at(&fault.pointer) };
            let mut diagnostic = Diagnostic::error(fault.code, fault.message, span);
            diagnostic.help = fault.help;
            self.list.push(diagnostic);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    pub(crate) fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// The fault just reported.
pub(crate) struct Last<'a>(Option<&'a mut Diagnostic>);

impl Last<'_> {
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(diagnostic) = self.0.as_mut() {
            diagnostic.help = Some(help.into());
        }
        self
    }

    pub(crate) fn label(mut self, span: Span, text: &str) -> Self {
        if let Some(diagnostic) = self.0.as_mut() {
            diagnostic.labels.push((span, text.to_owned()));
        }
        self
    }
}
