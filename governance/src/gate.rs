//! The gate: what a document must be before it is stored. Callers are authorised before anything here is parsed.

mod access;
pub(crate) mod consumption;
pub(crate) mod contract;
pub(crate) mod lineage;
pub(crate) mod product;
pub(crate) mod reason;
mod review;
pub(crate) mod succession;

use mesh_api::{Diagnostic, Severity};
use mesh_contract::diagnostic::{self, Report};
use semver::Version;

use crate::failure::{Failure, Kind};

/// Longest version: it is a key of the registry and a segment of paths.
const VERSION_LENGTH_MAX: usize = 100;

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

/// Refuses a version that is too long for a key; `kind` is what such a document is told.
fn short(kind: Kind, version: &Version) -> Result<(), Failure> {
    if version.to_string().len() <= VERSION_LENGTH_MAX {
        return Ok(());
    }
    Err(Failure::new(kind, format!("`version` has at most {VERSION_LENGTH_MAX} characters")))
}

/// Refuses NUL, which an escape can bring into a text and PostgreSQL cannot keep.
fn storable(kind: Kind, key: &str, text: Option<&str>) -> Result<(), Failure> {
    if text.is_none_or(|text| !text.contains('\0')) {
        return Ok(());
    }
    Err(Failure::new(kind, format!("`{key}` holds the character NUL")))
}
