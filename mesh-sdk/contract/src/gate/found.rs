//! What a rule found, before it is known whether it is waived.

use crate::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::faults::Pointer;
use crate::yaml::Node;

/// The breaches of one rule in one contract.
#[derive(Default)]
pub(super) struct Found {
    pub(super) list: Vec<Breach>,
}

/// One breach of a rule.
pub(super) struct Breach {
    pointer: Pointer,
    at_key: bool,
    first: Option<Pointer>,
    /// What waivers call the place: empty for the contract, `loans`, `loans.term`.
    pub(super) path: String,
    message: String,
    help: String,
}

impl Found {
    /// A breach at a value.
    pub(super) fn at(&mut self, pointer: Pointer, path: &str, message: impl Into<String>, help: impl Into<String>) {
        self.list.push(Breach {
            pointer,
            at_key: false,
            first: None,
            path: path.to_owned(),
            message: message.into(),
            help: help.into(),
        });
    }

    /// A breach by the contract as a whole, told at a key.
    pub(super) fn of_contract(&mut self, key: Pointer, message: impl Into<String>, help: impl Into<String>) {
        self.at(key, "", message, help);
        if let Some(last) = self.list.last_mut() {
            last.at_key = true;
        }
    }

    /// A breach at a value that repeats an earlier one.
    pub(super) fn again(&mut self, (first, pointer): (Pointer, Pointer), path: &str, message: String, help: &str) {
        self.at(pointer, path, message, help);
        if let Some(last) = self.list.last_mut() {
            last.first = Some(first);
        }
    }
}

impl Breach {
    pub(super) fn diagnostic(&self, code: Code, severity: Severity, root: &Node) -> Diagnostic {
        let pointer = self.pointer.to_string();
        let span = if self.at_key { root.key_span_at(&pointer) } else { root.span_at(&pointer) };
        let diagnostic = Diagnostic { severity, ..Diagnostic::error(code, self.message.as_str(), span) };
        let diagnostic = diagnostic.help(self.help.as_str());
        match &self.first {
            Some(first) => diagnostic.label(root.span_at(&first.to_string()), "first here"),
            None => diagnostic,
        }
    }
}
