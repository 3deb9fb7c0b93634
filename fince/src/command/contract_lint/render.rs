//! Reports as people and programs want them.

use mesh_contract::diagnostic::{Report, Severity};

use crate::failure::{Failure, codes};
use crate::output::Paint;

/// One report for people, without a last line end.
pub(super) fn text(report: &Report, paint: Paint) -> String {
    let lines: Vec<String> = report.to_string().trim_end().lines().map(|line| coloured(line, paint)).collect();
    lines.join("\n")
}

/// Colours a line by what it starts with; the text of a document always stands behind a line number.
fn coloured(line: &str, paint: Paint) -> String {
    let title = |colour: fn(Paint, &str) -> String| match line.split_once(": ") {
        Some((title, message)) => format!("{}: {}", colour(paint, title), paint.bold(message)),
        None => line.to_owned(),
    };
    if line.starts_with("error[") {
        return title(Paint::red);
    }
    if line.starts_with("warning[") {
        return title(Paint::yellow);
    }
    if let Some(place) = line.strip_prefix("  --> ") {
        return format!("  {} {place}", paint.dim("-->"));
    }
    if let Some(help) = line.strip_prefix("  help: ") {
        return format!("  {}: {help}", paint.cyan("help"));
    }
    if let Some(marks) = line.strip_prefix("      | ") {
        return format!("      {} {}", paint.dim("|"), paint.red(marks));
    }
    line.to_owned()
}

/// Every fault of every report, in one array.
///
/// # Errors
/// Never for a report; the type of the writer asks.
pub(super) fn json(reports: &[Report]) -> Result<String, Failure> {
    let entries: Vec<_> = reports.iter().flat_map(Report::entries).collect();
    serde_json::to_string_pretty(&entries)
        .map_err(|error| Failure::failed(codes::OUTPUT, "cannot write the report").because(&error))
}

/// One line for all of them.
pub(super) fn summary(reports: &[Report]) -> String {
    let faults = |severity: Severity| reports.iter().flatten().filter(|fault| fault.severity == severity).count();
    let (errors, warnings) = (faults(Severity::Error), faults(Severity::Warning));
    let files = count(reports.len(), "contract", "contracts");
    match (errors, warnings) {
        (0, 0) => format!("{files}: no faults"),
        _ => format!("{files}: {}, {}", count(errors, "error", "errors"), count(warnings, "warning", "warnings")),
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_changes_no_word() {
        let plain = "error[FC-0003]: unknown type `x`\n  --> a.yaml:3:5\n    3 |   type: x\n      |         ^\n  help: write `string`";
        let lines: Vec<_> = plain.lines().map(|line| coloured(line, Paint(true))).collect();
        let mut text = lines.join("\n");
        assert!(text.contains("\u{1b}[1;31merror[FC-0003]\u{1b}[0m"));
        for code in ["\u{1b}[1;31m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[36m", "\u{1b}[0m"] {
            text = text.replace(code, "");
        }
        assert_eq!(text, plain);
    }
}
