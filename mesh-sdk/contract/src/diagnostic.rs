//! What is wrong with a document, and where.

mod fancy;
mod plain;

use serde::Serialize;

use crate::Code;
pub use crate::yaml::Span;
pub use fancy::FancyReport;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document is refused.
    Error,
    /// The document is accepted.
    Warning,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, the input in backticks.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where.
    pub span: Span,
    /// Further places, each with a few words.
    pub labels: Vec<(Span, String)>,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>, span: Span) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), help: None, span, labels: Vec::new() }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>, span: Span) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }
}

/// Every fault of one document, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    file: String,
    text: String,
    diagnostics: Vec<Diagnostic>,
    left_off: usize,
}

/// Faults kept of one document; what comes after them would hardly be read.
const FAULTS_MAX: usize = 500;

impl Report {
    pub(crate) fn new(file: &str, text: &str, mut diagnostics: Vec<Diagnostic>) -> Self {
        // Errors first, so that what is left off is never the only reason for refusing a document.
        diagnostics.sort_by_key(|diagnostic| diagnostic.severity == Severity::Warning);
        let left_off = diagnostics.len().saturating_sub(FAULTS_MAX);
        diagnostics.truncate(FAULTS_MAX);
        diagnostics.sort_by(|a, b| (a.span.start, a.code, &a.message).cmp(&(b.span.start, b.code, &b.message)));
        diagnostics.dedup();
        Self { file: file.to_owned(), text: text.to_owned(), diagnostics, left_off }
    }

    /// Whether the document is refused.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there is nothing to report.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// How many faults, warnings included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// How many faults were found beyond those kept.
    #[must_use]
    pub fn left_off(&self) -> usize {
        self.left_off
    }

    /// The faults in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.diagnostics.iter()
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

    /// The faults as plain records, for JSON.
    #[must_use]
    pub fn entries(&self) -> Vec<ReportEntry> {
        self.iter()
            .map(|diagnostic| ReportEntry {
                code: diagnostic.code.to_string(),
                severity: diagnostic.severity,
                message: diagnostic.message.clone(),
                help: diagnostic.help.clone(),
                file: self.file.clone(),
                line: diagnostic.span.line,
                column: diagnostic.span.column,
            })
            .collect()
    }
}

impl<'a> IntoIterator for &'a Report {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::error::Error for Report {}

/// One fault as REST answers give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportEntry {
    /// `FC-nnnn`.
    pub code: String,
    /// `error` or `warning`.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// File name as given.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
}
