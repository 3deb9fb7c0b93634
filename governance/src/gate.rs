//! The gate: what a document must be before it is stored. Callers are authorised before anything here is parsed.

mod access;
pub(crate) mod contract;
pub(crate) mod product;

use mesh_api::{Diagnostic, Severity};
use mesh_contract::diagnostic::{self, Report};

/// The faults of a document as the interface shows them.
fn diagnostics(report: &Report) -> Vec<Diagnostic> {
    let place = |number: usize| u32::try_from(number).ok();
    let show = |entry: diagnostic::ReportEntry| Diagnostic {
        code: entry.code,
        severity: match entry.severity {
            diagnostic::Severity::Error => Severity::Error,
            diagnostic::Severity::Warning => Severity::Warning,
        },
        message: entry.message,
        file: Some(entry.file),
        line: place(entry.line),
        column: place(entry.column),
        help: entry.help,
    };
    report.entries().into_iter().map(show).collect()
}

/// How many faults a refused document has.
fn count(report: &Report) -> String {
    let errors = report.iter().filter(|fault| fault.severity == diagnostic::Severity::Error).count();
    if errors == 1 { "the document has 1 fault".to_owned() } else { format!("the document has {errors} faults") }
}
