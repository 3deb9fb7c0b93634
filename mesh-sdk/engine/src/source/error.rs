//! What can be wrong with an input.

use std::fmt;
use std::sync::Arc;

use datafusion::error::DataFusionError;
use mesh_contract::Code;

use crate::ErrorKind;

/// Where in a file: the place every complaint about data begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the product's folder where it is inside it.
    pub file: Arc<str>,
    /// 1-based line where the record begins; 0 where there are no lines.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

/// Why an input cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The input contract does not say how to read the data.
    #[error("input `{input}`: {what}")]
    Declaration {
        /// Input name.
        input: String,
        /// What is wrong.
        what: String,
        /// What to write instead.
        help: String,
    },
    /// The location points outside the product's folder.
    #[error("input `{input}`: location `{location}` leaves the product's folder")]
    Escape {
        /// Input name.
        input: String,
        /// Location as written.
        location: String,
    },
    /// Nothing is there.
    #[error("input `{input}`: no file at `{location}`")]
    NotFound {
        /// Input name.
        input: String,
        /// Location as written.
        location: String,
    },
    /// The kind of storage is not part of this binary.
    #[error("input `{input}`: storage `{scheme}` is not built in")]
    Storage {
        /// Input name.
        input: String,
        /// URL scheme or server type.
        scheme: String,
    },
    /// Storage failed.
    #[error("{file}: cannot be read: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// What storage said.
        cause: String,
    },
    /// The file lacks a declared column.
    #[error("{place}: column `{column}` is missing")]
    MissingColumn {
        /// Where the header is.
        place: Place,
        /// The declared column.
        column: String,
        /// The nearest column that is there.
        nearest: Option<String>,
        /// The columns that are there.
        present: Vec<String>,
    },
    /// A value is not of its declared type.
    #[error("{place}: column `{column}`: `{text}` is not {expected}")]
    Value {
        /// Where.
        place: Place,
        /// The column.
        column: String,
        /// The offending text, escaped and cut.
        text: String,
        /// The declared type in words, and what else is known.
        expected: String,
    },
    /// A required value is not there.
    #[error("{place}: column `{column}` is required and has no value")]
    RequiredValue {
        /// Where.
        place: Place,
        /// The column.
        column: String,
    },
    /// A record is larger than the limit.
    #[error("{place}: the record is longer than {limit} bytes")]
    RecordTooLong {
        /// Where it begins.
        place: Place,
        /// Most bytes a record may have.
        limit: usize,
    },
    /// A record is not well-formed.
    #[error("{place}: {what}")]
    Malformed {
        /// Where.
        place: Place,
        /// What is wrong.
        what: String,
    },
    /// The columns of a Parquet file, of a table or of another product's port are not what the contract declares.
    #[error("{file}: columns differ from input contract `{input}`:\n{}", differences.join("\n"))]
    Columns {
        /// The file, table or port.
        file: String,
        /// Input name.
        input: String,
        /// One line each.
        differences: Vec<String>,
    },
    /// What an earlier run read cannot be read again.
    #[error("input `{input}`: {what}")]
    Past {
        /// Input name.
        input: String,
        /// What is not as it was.
        what: String,
    },
    /// Nobody answers for another product's port, or the answer broke off.
    #[error("input `{input}`: `{port}` does not answer: {cause}")]
    UpstreamAway {
        /// Input name.
        input: String,
        /// Name and major of the port.
        port: String,
        /// What was tried and what came of it.
        cause: String,
    },
    /// A database does not answer, or the answer broke off.
    #[error("input `{input}`: the database {database} does not answer: {cause}")]
    DatabaseAway {
        /// Input name.
        input: String,
        /// Host, port and name of the database.
        database: String,
        /// What came of it.
        cause: String,
    },
    /// A database says no: to the credentials, to the table, to the query.
    #[error("input `{input}`: the database {database} refuses: {cause}")]
    DatabaseRefused {
        /// Input name.
        input: String,
        /// Host, port and name of the database.
        database: String,
        /// What it said.
        cause: String,
    },
    /// Another product's port is not there for this product.
    #[error("input `{input}`: `{port}` cannot be read: {cause}")]
    UpstreamRefused {
        /// Input name.
        input: String,
        /// Name and major of the port.
        port: String,
        /// What the other side said.
        cause: String,
    },
}

impl SourceError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Declaration { .. } => 1001,
            Self::Escape { .. } => 1002,
            Self::NotFound { .. } => 1003,
            Self::Storage { .. } => 1004,
            Self::Unreadable { .. } => 1005,
            Self::MissingColumn { .. } => 1006,
            Self::Value { .. } | Self::RequiredValue { .. } => 1007,
            Self::RecordTooLong { .. } => 1008,
            Self::Malformed { .. } => 1009,
            Self::Columns { .. } => 1010,
            Self::UpstreamAway { .. } => 1011,
            Self::Past { .. } => 1015,
            Self::UpstreamRefused { .. } => 1012,
            Self::DatabaseAway { .. } => 1013,
            Self::DatabaseRefused { .. } => 1014,
        })
    }

    /// Kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Unreadable { .. } | Self::UpstreamAway { .. } | Self::DatabaseAway { .. } => ErrorKind::Unavailable,
            _ => ErrorKind::Invalid,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Declaration { help, .. } => Some(help.clone()),
            Self::Escape { .. } => Some("keep input files below the folder of `product.odps.yaml`".into()),
            Self::NotFound { .. } => {
                Some("the location is relative to the folder of `product.odps.yaml`; `*` and `**` match names".into())
            }
            Self::Storage { .. } => Some("this binary reads `file` locations (server type `local`)".into()),
            Self::Unreadable { .. } => None,
            Self::MissingColumn { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::MissingColumn { present, .. } => Some(format!("the file has {}", listed(present))),
            Self::Value { place, .. } if place.line == 0 => {
                Some("correct the data, or declare the type that it really has".into())
            }
            Self::RequiredValue { place, .. } if place.line == 0 => {
                Some("correct the data, or declare the column without `required`".into())
            }
            Self::Value { .. } => {
                Some("correct the file, or declare the type, `format` or `nullValues` that the file really has".into())
            }
            Self::RequiredValue { .. } => Some("correct the file, or declare the column without `required`".into()),
            Self::RecordTooLong { .. } => Some("the file probably lacks line ends, or a quote is never closed".into()),
            Self::Malformed { .. } | Self::Columns { .. } => {
                Some("correct the file, or the input contract if the file is as agreed".into())
            }
            Self::Past { .. } => {
                Some("put the file back as it was, from an archive; the newest snapshot is not touched by this".into())
            }
            Self::UpstreamAway { .. } => {
                Some("start the product that serves it; the old snapshot stays in service until then".into())
            }
            Self::DatabaseAway { .. } => {
                Some("see that it runs and can be reached; the old snapshot stays in service until then".into())
            }
            Self::DatabaseRefused { .. } => {
                Some("see the table and query in the contract, and user and password in `FINCE_INPUT_<NAME>`".into())
            }
            Self::UpstreamRefused { .. } => Some(
                "see that its product serves this major, and that this product has an access agreement for it".into(),
            ),
        }
    }
}

/// The source error that made a scan fail, however deep the engine wrapped it.
#[must_use]
pub fn find_error(error: &DataFusionError) -> Option<&SourceError> {
    let chain = std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source());
    chain.into_iter().find_map(|error| error.downcast_ref::<SourceError>())
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut text = names.iter().take(SHOWN).map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

/// Text of data as it may stand in a message: control characters escaped, cut at 60 characters.
pub(crate) fn shown(text: &str) -> String {
    escaped(text, 60)
}

/// Text as it may stand in a message: control characters escaped, cut at `chars_max`.
pub(crate) fn escaped(text: &str, chars_max: usize) -> String {
    let mut escaped: String = text.chars().take(chars_max).flat_map(escape).collect();
    if text.chars().nth(chars_max).is_some() {
        escaped.push('…');
    }
    escaped
}

/// Controls and bidirectional marks would let data rewrite the terminal or log line that quotes it.
fn escape(c: char) -> Vec<char> {
    let hidden =
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if hidden { c.escape_default().collect() } else { vec![c] }
}

/// The name among `known` that is nearest to `name`, when it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_escaped_and_cut() {
        assert_eq!(shown("a\tb\u{1b}[31m"), "a\\tb\\u{1b}[31m");
        assert_eq!(shown(&"x".repeat(61)), format!("{}…", "x".repeat(60)));
        assert_eq!(shown("\u{202e}gpj"), "\\u{202e}gpj");
    }

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        assert_eq!(nearest("intrest_rate", ["loan_id", "interest_rate"]).as_deref(), Some("interest_rate"));
        assert_eq!(nearest("zzz", ["loan_id", "interest_rate"]), None);
    }
}
