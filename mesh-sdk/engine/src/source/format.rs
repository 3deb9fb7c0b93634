//! How an input contract says its files are stored: the settings of its first server.

use mesh_contract::Contract;
use serde_json::Value;

use super::error::{SourceError, nearest};

/// What the readers need to know besides the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Storage {
    /// Server type as written: `local`, `s3`, …
    pub(super) kind: String,
    /// File, glob or URL.
    pub(super) location: String,
    pub(super) format: Format,
    /// Texts that stand for null.
    pub(super) null_values: Vec<String>,
}

/// File formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv { delimiter: u8 },
    JsonLines,
    Parquet,
}

const FORMATS: [&str; 5] = ["csv", "json", "jsonl", "ndjson", "parquet"];

impl Storage {
    pub(super) fn of(input: &str, contract: &Contract) -> Result<Self, SourceError> {
        let wrong = |what: String, help: &str| SourceError::Declaration {
            input: input.to_owned(),
            what,
            help: help.to_owned(),
        };
        let server = contract.servers.first().ok_or_else(|| {
            wrong("the contract names no server".into(), "add `servers` with `type: local`, `path` and `format: csv`")
        })?;
        let text = |key: &str| server.settings.get(key).and_then(Value::as_str);
        let location = text("path").or_else(|| text("location")).ok_or_else(|| {
            wrong(
                format!("server `{}` has no `path` or `location`", server.server),
                "name the file, such as `sample/loans.csv`",
            )
        })?;
        let format = text("format").ok_or_else(|| {
            wrong(format!("server `{}` has no `format`", server.server), "write `format: csv`, `json` or `parquet`")
        })?;
        let format = match format.to_ascii_lowercase().as_str() {
            "csv" => Format::Csv {
                delimiter: delimiter(text("delimiter"))
                    .map_err(|what| wrong(what, "a delimiter is one ASCII character, such as `;`, or `tab`"))?,
            },
            "json" | "jsonl" | "ndjson" => Format::JsonLines,
            "parquet" => Format::Parquet,
            other => {
                let help = nearest(other, FORMATS)
                    .map_or_else(|| "known are csv, json, parquet".into(), |name| format!("did you mean `{name}`?"));
                return Err(wrong(format!("format `{other}` is not known"), &help));
            }
        };
        let null_values = null_values(contract).map_err(|what| wrong(what, "write a list, such as `[\"\", N/A]`"))?;
        Ok(Self { kind: server.kind.clone(), location: location.to_owned(), format, null_values })
    }
}

fn delimiter(written: Option<&str>) -> Result<u8, String> {
    match written.map(str::as_bytes) {
        None => Ok(b','),
        Some(b"tab" | b"\\t") => Ok(b'\t'),
        Some([byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        Some(_) => Err(format!("delimiter `{}` cannot be used", written.unwrap_or_default())),
    }
}

fn null_values(contract: &Contract) -> Result<Vec<String>, String> {
    let refused = || "`nullValues` is not a list of texts".to_owned();
    match contract.custom.get("nullValues") {
        None => Ok(vec![String::new()]),
        Some(Value::String(text)) => Ok(vec![text.clone()]),
        Some(Value::Array(values)) => {
            values.iter().map(|value| value.as_str().map(str::to_owned).ok_or_else(refused)).collect()
        }
        Some(_) => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_one_ascii_character() {
        assert_eq!(delimiter(None), Ok(b','));
        assert_eq!(delimiter(Some("tab")), Ok(b'\t'));
        assert_eq!(delimiter(Some(";")), Ok(b';'));
        assert!(delimiter(Some("ab")).is_err() && delimiter(Some("\"")).is_err() && delimiter(Some("é")).is_err());
    }
}
