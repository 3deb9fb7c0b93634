//! The faults of a document that was read, as findings.

use std::sync::Arc;

use mesh_contract::codes;
use mesh_contract::diagnostic::{Report, Severity, Span};

use super::{Finding, Findings, Level, Place, Source};

impl Findings {
    /// Adds a document with everything its reader said about it.
    pub(crate) fn report(&mut self, report: &Report) {
        let source = Arc::new(Source { file: report.file().to_owned(), text: report.text().to_owned() });
        if !self.files.iter().any(|file| *file == source.file) {
            self.files.push(source.file.clone());
        }
        self.left_off += report.left_off();
        let place = |span: Span| Place::new(&source, span);
        self.list.extend(report.iter().map(|fault| Finding {
            class: fault.code.to_string(),
            title: codes::title(fault.code).map(str::to_owned),
            level: match fault.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
            },
            message: fault.message.clone(),
            help: fault.help.clone(),
            place: Some(place(fault.span)),
            labels: fault.labels.iter().map(|(span, text)| (place(*span), text.clone())).collect(),
        }));
    }
}

impl Place {
    /// A span of a document.
    pub(crate) fn new(source: &Arc<Source>, span: Span) -> Self {
        Self { source: Arc::clone(source), line: span.line, column: span.column, start: span.start, len: span.len }
    }
}

#[cfg(test)]
mod tests {
    use mesh_contract::Contract;

    use super::*;

    #[test]
    fn a_report_keeps_every_fault_with_its_place() {
        let (_, report) = Contract::lint("c.yaml", "kind: DataContract\nkind: DataContract\nvresion: 1.0.0\n");
        let mut findings = Findings::new("contract lint", ("contract", "contracts"));
        findings.report(&report);
        assert_eq!((findings.list.len(), findings.files.as_slice()), (report.len(), ["c.yaml".to_owned()].as_slice()));
        let twice = findings.list.iter().find(|finding| finding.class == "FC-0002").expect("the repeated key");
        let place = twice.place.as_ref().expect("a place");
        assert_eq!((place.line, place.column, place.start, place.len), (2, 1, 19, 4));
        assert_eq!(twice.title.as_deref(), Some("a key stands twice"));
        assert_eq!(twice.labels.first().map(|(place, text)| (place.line, text.as_str())), Some((1, "first here")));
    }
}
