//! What a command found in documents, each with its place, and the forms in which people and programs take it.

mod json;
mod junit;
mod markdown;
mod report;
mod sarif;
mod text;

use std::sync::Arc;

use clap::ValueEnum;

use crate::failure::{Exit, Failure};
use crate::output::Paint;
use crate::setting::Setting;

/// How findings are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: coloured on a terminal
    #[default]
    Text,
    /// A JSON array, one object a finding
    Json,
    /// SARIF 2.1.0, which code hosts and editors show beside the text
    Sarif,
    /// JUnit XML, which build servers count as tests
    Junit,
    /// A table for a pull request
    Markdown,
}

/// How bad a finding is; from harmless to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// Worth knowing.
    Note,
    /// Deserves a look; the command succeeds.
    Warning,
    /// The command fails.
    Error,
}

/// A document that findings point into.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Its name as people gave it.
    pub(crate) file: String,
    /// What it says; empty when it is not at hand, and then nothing is underlined.
    pub(crate) text: String,
}

/// A range of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The document.
    pub(crate) source: Arc<Source>,
    /// 1-based line.
    pub(crate) line: usize,
    /// 1-based column, in characters.
    pub(crate) column: usize,
    /// First byte.
    pub(crate) start: usize,
    /// Length in bytes.
    pub(crate) len: usize,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// A stable word for findings of this kind: a code with a page (`FC-0006`), or the class of a change.
    pub(crate) class: String,
    /// What the class stands for, the same for each of its findings.
    pub(crate) title: Option<String>,
    /// How bad it is.
    pub(crate) level: Level,
    /// What was found: lower case, no full stop, the document's own words in backticks.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
    /// Where; `None` when it is about nothing that is written anywhere.
    pub(crate) place: Option<Place>,
    /// Further places, each with a few words.
    pub(crate) labels: Vec<(Place, String)>,
}

/// Everything one command found.
#[derive(Clone, Debug)]
pub(crate) struct Findings {
    /// The command, such as `contract lint`.
    pub(crate) command: &'static str,
    /// What one and several of the documents are called, such as `contract` and `contracts`.
    pub(crate) noun: (&'static str, &'static str),
    /// Every document looked at; one without findings is clean.
    pub(crate) files: Vec<String>,
    /// The findings, in the order in which they are told.
    pub(crate) list: Vec<Finding>,
    /// How many more there are that are not listed.
    pub(crate) left_off: usize,
}

impl Level {
    /// The word that every form uses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Findings {
    /// Nothing yet.
    pub(crate) fn new(command: &'static str, noun: (&'static str, &'static str)) -> Self {
        Self { command, noun, files: Vec::new(), list: Vec::new(), left_off: 0 }
    }

    /// How many findings of a level are listed.
    pub(crate) fn count(&self, level: Level) -> usize {
        self.list.iter().filter(|finding| finding.level == level).count()
    }

    /// The whole in one form, without a last line end; colour is for text alone.
    ///
    /// # Errors
    /// When a writer of the form refuses, which no finding makes it do.
    pub(crate) fn render(&self, format: Format, paint: Paint) -> Result<String, Failure> {
        match format {
            Format::Text => Ok(text::render(self, paint)),
            Format::Json => json::render(self),
            Format::Sarif => sarif::render(self),
            Format::Junit => junit::render(self),
            Format::Markdown => Ok(markdown::render(self)),
        }
    }

    /// Writes the whole to stdout.
    ///
    /// # Errors
    /// A silent failure with exit code 1 when a finding is an error, so that a build stops; and when stdout cannot be
    /// written.
    pub(crate) fn tell(&self, setting: &Setting, format: Format) -> Result<(), Failure> {
        let paint = Paint(setting.output.colour_on_stdout());
        setting.output.result(&self.render(format, paint)?)?;
        if self.count(Level::Error) > 0 { Err(Failure::silent(Exit::Failed)) } else { Ok(()) }
    }

    /// One line for all of them: `3 contracts: 1 error, 2 warnings`.
    pub(crate) fn summary(&self) -> String {
        let files = counted(self.files.len(), self.noun);
        let notes = self.count(Level::Note);
        let mut parts = vec![
            counted(self.count(Level::Error), ("error", "errors")),
            counted(self.count(Level::Warning), ("warning", "warnings")),
        ];
        if notes > 0 {
            parts.push(counted(notes, ("note", "notes")));
        }
        if self.left_off > 0 {
            parts.push(format!("{} more not listed", self.left_off));
        }
        if self.list.is_empty() { format!("{files}: no faults") } else { format!("{files}: {}", parts.join(", ")) }
    }
}

fn counted(n: usize, (one, many): (&str, &str)) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod samples {
    use super::*;

    /// An error with help and a second place, a warning in another document, and a note without a place.
    pub(super) fn three() -> Findings {
        let source = |file: &str, text: &str| Arc::new(Source { file: file.to_owned(), text: text.to_owned() });
        let place = |source: &Arc<Source>, line, column, start, len| Place {
            source: Arc::clone(source),
            line,
            column,
            start,
            len,
        };
        let loans =
            source("contracts/my loans.yaml", "kind: DataContract\nkind: DataContract\nstatus: \"größe\" | x\n");
        let claims = source("claims.yaml", "a: <b>\n");
        let finding = |class: &str, level, message: &str, place| Finding {
            class: class.to_owned(),
            title: None,
            level,
            message: message.to_owned(),
            help: None,
            place,
            labels: Vec::new(),
        };
        Findings {
            files: vec![loans.file.clone(), claims.file.clone(), "clean.yaml".to_owned()],
            list: vec![
                Finding {
                    title: Some("a key stands twice".to_owned()),
                    help: Some("keep one of them".to_owned()),
                    labels: vec![(place(&loans, 1, 1, 0, 4), "first here".to_owned())],
                    ..finding("FC-0002", Level::Error, "the key `kind` stands twice", Some(place(&loans, 2, 1, 19, 4)))
                },
                finding("FC-0009", Level::Warning, "`a|b` is not <known>\nhere", Some(place(&claims, 1, 4, 3, 3))),
                finding("owner_changed", Level::Note, "the owner changed", None),
            ],
            ..Findings::new("contract lint", ("contract", "contracts"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_there_is() {
        assert_eq!(samples::three().summary(), "3 contracts: 1 error, 1 warning, 1 note");
        let mut clean = Findings::new("contract lint", ("contract", "contracts"));
        clean.files.push("a".to_owned());
        assert_eq!(clean.summary(), "1 contract: no faults");
    }
}
