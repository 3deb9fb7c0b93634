//! A report as plain text.

use std::fmt;

use super::{Diagnostic, Report, Severity, Span};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<&str> = self.text().split('\n').collect();
        for (index, diagnostic) in self.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            self.write(f, diagnostic, &lines)?;
        }
        match self.left_off() {
            0 => Ok(()),
            more => writeln!(f, "\n… and {more} more"),
        }
    }
}

impl Report {
    fn write(&self, f: &mut fmt::Formatter<'_>, diagnostic: &Diagnostic, lines: &[&str]) -> fmt::Result {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(f, "{severity}[{}]: {}", diagnostic.code, diagnostic.message)?;
        self.write_place(f, diagnostic.span, "", lines)?;
        for (span, text) in &diagnostic.labels {
            self.write_place(f, *span, text, lines)?;
        }
        match &diagnostic.help {
            Some(help) => writeln!(f, "  help: {help}"),
            None => Ok(()),
        }
    }

    fn write_place(&self, f: &mut fmt::Formatter<'_>, span: Span, label: &str, lines: &[&str]) -> fmt::Result {
        writeln!(f, "  --> {}:{}:{}", self.file(), span.line, span.column)?;
        let Some(line) = lines.get(span.line.saturating_sub(1)) else { return Ok(()) };
        let line = line.trim_end_matches('\r');
        let number = span.line.to_string();
        let before = span.column.saturating_sub(1);
        let marked = self.text().get(span.start..span.start + span.len).unwrap_or_default();
        let width = marked.lines().next().unwrap_or_default().trim_end().chars().count().clamp(1, 80);
        // A line can be a megabyte long; what is shown starts near the fault.
        let skip = before.saturating_sub(80);
        let shown: String = line.chars().skip(skip).take(160).map(|c| if c == '\t' { ' ' } else { c }).collect();
        writeln!(f, "{number:>5} | {shown}")?;
        let pad = " ".repeat(before - skip);
        let label = if label.is_empty() { String::new() } else { format!(" {label}") };
        writeln!(f, "      | {pad}{}{label}", "^".repeat(width))
    }
}
