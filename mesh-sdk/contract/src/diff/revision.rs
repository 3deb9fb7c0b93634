//! A contract together with its text, so that a change can say where it is.

use serde_json::Value;

use crate::diagnostic::{Report, Span};
use crate::model::Contract;
use crate::resolve::{self, Document};

/// One version of a contract, as written and resolved.
pub struct Revision {
    file: String,
    text: String,
    document: Document,
    contract: Contract,
}

impl Revision {
    /// Reads a contract; `file` names it in messages and is not opened.
    ///
    /// # Errors
    /// The report of everything that is wrong with it.
    pub fn parse(file: &str, text: &str) -> Result<Self, Report> {
        let document = resolve::open(file, text)?;
        let (contract, faults) = resolve::resolve(&document);
        match contract {
            Some(contract) => Ok(Self { file: file.to_owned(), text: text.to_owned(), document, contract }),
            None => Err(Report::new(file, text, faults)),
        }
    }

    /// The file's name as given.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The document.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The contract.
    #[must_use]
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Where the version is written.
    #[must_use]
    pub fn version_span(&self) -> Span {
        self.document.node.span_at("/version")
    }

    pub(super) fn value(&self) -> &Value {
        &self.document.value
    }

    pub(super) fn document(&self) -> &Document {
        &self.document
    }
}
