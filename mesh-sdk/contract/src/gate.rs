//! The gate: what a bank asks of a contract beyond the standard. Each rule is one file below, and one line of [`RULES`].
//!
//! A contract waives a rule for itself or for one of its columns, with a reason and a last day:
//!
//! ```yaml
//! customProperties:
//!   - property: waivers
//!     value:
//!       - {rule: FC-0108, path: loans.term, reason: "the source states none", until: 2027-01-31}
//! ```

mod access_approval;
mod classification;
mod date;
mod description;
mod duplicate_columns;
mod enum_spelling;
mod found;
mod freshness;
mod granularity;
mod limitations;
mod mask;
mod naming;
mod owner;
mod purpose;
mod quality;
mod retention;
mod retention_across;
mod subject;
mod support;
mod term;
#[cfg(test)]
mod tests;
mod unit;
mod waivers;

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::model::{Contract, Status};
use crate::resolve::{self, Document};
use crate::{Code, codes};
pub use date::{Date, DateError};
use found::Found;
use subject::Subject;
pub(crate) use waivers::CODES as WAIVER_CODES;

/// One thing that a bank asks of every contract.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Stable code; the page of it says what to do.
    pub code: Code,
    /// A word for people, which a waiver may use in place of the code.
    pub name: &'static str,
    /// Title of the code's page.
    pub title: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    check: fn(&Subject<'_>, &mut Found),
}

/// Every rule, in the order of their codes.
pub const RULES: &[Rule] = &[
    owner::RULE,
    purpose::RULE,
    limitations::RULE,
    freshness::RULE,
    retention::RULE,
    description::RULE,
    classification::RULE,
    unit::RULE,
    mask::RULE,
    quality::RULE,
    granularity::RULE,
    support::RULE,
    naming::RULE,
    duplicate_columns::RULE,
    retention_across::RULE,
    enum_spelling::RULE,
    access_approval::RULE,
];

/// The gate on one day.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    today: Date,
    registering: bool,
}

impl Gate {
    /// The gate of an editor or a build: what a `draft` lacks is told as a warning, since it is still being written.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self { today, registering: false }
    }

    /// The gate of a registration, which asks of drafts what it asks of every contract.
    #[must_use]
    pub fn registering(self) -> Self {
        Self { registering: true, ..self }
    }

    /// Reads contracts, `(file, text)` each, and holds each of them to the standard and to every rule; some rules compare
    /// the contracts given together. A contract that is not valid is not judged further. The answers stand in the order
    /// of the documents; a contract is there when it is valid, whatever the rules say.
    #[must_use]
    pub fn lint(&self, documents: &[(&str, &str)]) -> Vec<(Option<Contract>, Report)> {
        let read: Vec<Read> = documents.iter().map(|(file, text)| Read::new(file, text)).collect();
        let judged: Vec<Vec<Diagnostic>> = (0..read.len()).map(|index| self.judge(index, &read)).collect();
        read.into_iter()
            .zip(documents)
            .zip(judged)
            .map(|((read, (file, text)), judged)| match read {
                Read::Unreadable(report) => (None, report),
                Read::Resolved(resolved) => {
                    let mut faults = resolved.faults;
                    if resolved.contract.is_some() {
                        // The rules on descriptions and classifications say the same, and can be waived.
                        faults.retain(|fault| fault.code != codes::UNEXPLAINED);
                    }
                    faults.extend(judged);
                    (resolved.contract, Report::new(file, text, faults))
                }
            })
            .collect()
    }

    fn judge(&self, index: usize, read: &[Read]) -> Vec<Diagnostic> {
        let Some((document, contract)) = read.get(index).and_then(Read::valid) else { return Vec::new() };
        let others = read.iter().enumerate().filter(|(other, _)| *other != index);
        let others = others.filter_map(|(_, read)| read.valid()).map(|(_, contract)| contract).collect();
        let subject = Subject::new(contract, &document.value, others);
        let mut waivers = waivers::Waivers::read(&document.value, self.today);
        let mut told = Vec::new();
        for rule in RULES {
            let mut found = Found::default();
            (rule.check)(&subject, &mut found);
            let kept = found.list.into_iter().filter(|breach| !waivers.waive(rule, &breach.path));
            told.extend(kept.map(|breach| breach.diagnostic(rule.code, rule.severity, &document.node)));
        }
        told.extend(waivers.faults(&document.node));
        if contract.status == Status::Draft && !self.registering {
            told.iter_mut().for_each(|fault| fault.severity = Severity::Warning);
        }
        told
    }
}

/// A document, as far as it could be read.
enum Read {
    Unreadable(Report),
    Resolved(Box<Resolved>),
}

struct Resolved {
    document: Document,
    contract: Option<Contract>,
    faults: Vec<Diagnostic>,
}

impl Read {
    fn new(file: &str, text: &str) -> Self {
        match resolve::open(file, text) {
            Ok(document) => {
                let (contract, faults) = resolve::resolve(&document);
                Self::Resolved(Box::new(Resolved { document, contract, faults }))
            }
            Err(report) => Self::Unreadable(report),
        }
    }

    fn valid(&self) -> Option<(&Document, &Contract)> {
        match self {
            Self::Resolved(resolved) => resolved.contract.as_ref().map(|contract| (&resolved.document, contract)),
            Self::Unreadable(_) => None,
        }
    }
}
