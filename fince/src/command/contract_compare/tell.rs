//! Changes as findings.

use std::sync::Arc;

use mesh_contract::codes as contract_codes;
use mesh_contract::diff::{Change, Effect};

use super::{Both, Compared, Outcome};
use crate::findings::{Finding, Findings, Level, Place, Source};

/// What a command makes of effects.
pub(crate) struct Told {
    /// The command's name.
    pub(crate) command: &'static str,
    /// Level of a change by its effect; `None` leaves it out.
    pub(crate) level: fn(&Change) -> Option<Level>,
    /// Level of a contract that is gone.
    pub(crate) gone: Level,
    /// Whether the declared version is judged.
    pub(crate) version: bool,
}

/// Everything that was found, in the order of the files.
pub(crate) fn tell(compared: &[Compared], told: &Told) -> Findings {
    let mut findings = Findings::new(told.command, ("contract", "contracts"));
    for one in compared {
        match &one.outcome {
            Outcome::New => findings.files.push(one.file.clone()),
            Outcome::Gone { was } => {
                findings.files.push(one.file.clone());
                let source = Arc::new(Source { file: was.file().to_owned(), text: String::new() });
                findings.list.push(Finding {
                    class: "contract-removed".to_owned(),
                    title: Some("a contract that consumers rely on is gone".to_owned()),
                    level: told.gone,
                    message: format!("the contract `{}` is gone", was.contract().id),
                    help: Some(
                        "retire it first: set its status, and keep serving it while somebody reads it".to_owned(),
                    ),
                    place: Some(Place { source, line: 1, column: 1, start: 0, len: 0 }),
                    labels: Vec::new(),
                });
            }
            Outcome::Unreadable(report) => findings.report(report),
            Outcome::Both(both) => {
                findings.files.push(one.file.clone());
                both_told(both, told, &mut findings);
            }
        }
    }
    findings
}

fn both_told(both: &Both, told: &Told, findings: &mut Findings) {
    let source = |file: &str, text: &str| Arc::new(Source { file: file.to_owned(), text: text.to_owned() });
    let old = source(both.old.file(), both.old.text());
    let new = source(both.new.file(), both.new.text());
    if told.version {
        findings.list.extend(version(both, &new));
    }
    for change in &both.changes {
        let Some(level) = (told.level)(change) else { continue };
        let before = change.old.as_ref().map(|place| (Place::new(&old, place.span), "as it was".to_owned()));
        findings.list.push(Finding {
            class: change.class.name.to_owned(),
            title: Some(change.class.why.to_owned()),
            level,
            message: format!("{}: {}", change.path, change.message),
            help: Some(effects(change)),
            place: Some(Place::new(&new, change.at)),
            labels: before.into_iter().collect(),
        });
    }
}

/// What the change does, to whom, and why.
fn effects(change: &Change) -> String {
    let of = |effect: Effect| match effect {
        Effect::Breaking => "breaking",
        Effect::Risky => "risky",
        Effect::Compatible => "compatible",
        Effect::Documentation => "words only",
    };
    let (consumers, producers) = (of(change.consumers), of(change.producers));
    let mut text = match change.consumers == change.producers {
        true => consumers.to_owned(),
        false => format!("{consumers} for consumers, {producers} for producers"),
    };
    text.push_str(": ");
    text.push_str(change.class.why);
    match &change.readers {
        Some(readers) if !readers.is_empty() => {
            let names: Vec<&str> = readers.iter().map(String::as_str).collect();
            text.push_str(&format!("; read by {}", names.join(", ")));
        }
        _ => {}
    }
    text
}

fn version(both: &Both, new: &Arc<Source>) -> Option<Finding> {
    let check = &both.version;
    let (code, message) = if check.goes_backwards() {
        let message = format!("version `{}` comes before `{}`", check.declared, check.old);
        (contract_codes::VERSION_BACKWARDS, message)
    } else if check.is_too_low() {
        let message = format!("version `{}` announces less than what changed since `{}`", check.declared, check.old);
        (contract_codes::VERSION_TOO_LOW, message)
    } else {
        return None;
    };
    Some(Finding {
        class: code.to_string(),
        title: contract_codes::title(code).map(str::to_owned),
        level: Level::Error,
        message,
        help: Some(format!("the changes ask for `{}` or later", check.suggested)),
        place: Some(Place::new(new, both.new.version_span())),
        labels: Vec::new(),
    })
}
