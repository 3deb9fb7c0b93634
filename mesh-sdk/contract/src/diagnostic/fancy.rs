//! A report for graphical rendering by `miette`.

use std::fmt;

use miette::{LabeledSpan, NamedSource, SourceCode};

use super::{Diagnostic, Report, Severity, Span};

/// A report as a `miette` diagnostic: its faults are the related diagnostics.
#[derive(Debug)]
pub struct FancyReport {
    summary: String,
    faults: Vec<FancyDiagnostic>,
}

#[derive(Debug)]
struct FancyDiagnostic {
    fault: Diagnostic,
    source: std::sync::Arc<NamedSource<String>>,
}

impl From<Report> for FancyReport {
    fn from(report: Report) -> Self {
        let source =
            std::sync::Arc::new(NamedSource::new(report.file(), report.text().to_owned()).with_language("yaml"));
        let errors = report.iter().filter(|fault| fault.severity == Severity::Error).count();
        let warnings = report.len() - errors;
        let summary = format!("`{}` has {errors} errors and {warnings} warnings", report.file());
        let faults = report
            .diagnostics
            .into_iter()
            .map(|fault| FancyDiagnostic { fault, source: std::sync::Arc::clone(&source) })
            .collect();
        Self { summary, faults }
    }
}

impl fmt::Display for FancyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

impl std::error::Error for FancyReport {}

impl miette::Diagnostic for FancyReport {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        Some(Box::new(self.faults.iter().map(|fault| fault as &dyn miette::Diagnostic)))
    }
}

impl fmt::Display for FancyDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fault.message)
    }
}

impl std::error::Error for FancyDiagnostic {}

impl miette::Diagnostic for FancyDiagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.fault.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.fault.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fault.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labeled = |span: Span, text: Option<String>| LabeledSpan::new(text, span.start, span.len.max(1));
        let own = std::iter::once(labeled(self.fault.span, None));
        let further = self.fault.labels.iter().map(move |(span, text)| labeled(*span, Some(text.clone())));
        Some(Box::new(own.chain(further)))
    }
}

#[cfg(test)]
mod tests {
    use miette::Diagnostic as _;

    use super::*;
    use crate::Contract;

    #[test]
    fn each_fault_is_related_with_its_code_help_and_labels() {
        let text = "kind: DataContract\nkind: DataContract\nvresion: 1.0.0\n";
        let report = Contract::parse("c.yaml", text).expect_err("faults");
        let fancy = FancyReport::from(report);
        assert_eq!(fancy.to_string(), "`c.yaml` has 7 errors and 0 warnings");
        let shown: Vec<String> = fancy
            .related()
            .expect("faults")
            .filter(|fault| fault.labels().is_some_and(|labels| labels.count() > 1))
            .map(|fault| {
                let places: Vec<_> =
                    fault.labels().expect("labels").map(|label| (label.offset(), label.len())).collect();
                format!("{} {fault} {places:?} {}", fault.code().expect("code"), fault.help().expect("help"))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"FC-0002 the key `kind` stands twice [(19, 4), (0, 4)] keep one of them; programs differ in which one wins");
    }
}
