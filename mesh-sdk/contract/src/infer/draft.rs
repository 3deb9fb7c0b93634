//! The contract's text.

mod property;

use std::fmt::Write as _;

use super::yaml_text::{comment, text};
use super::{ColumnProfile, Finding, TableProfile, names};
use crate::diagnostic::Report;
use crate::format::format;
use crate::model::DataType;

/// What a draft needs to know besides the data.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The domain that will own the contract.
    pub domain: &'a str,
    /// The name of the table.
    pub name: &'a str,
    /// Where the data came from, in words.
    pub origin: &'a str,
    /// What an input contract reads; without it the draft is of an output port.
    pub input: Option<Origin<'a>>,
    /// The ISO 4217 code of the currency that amounts are in, when somebody knows it.
    pub currency: Option<&'a str>,
}

/// What an input contract reads.
#[derive(Clone, Debug)]
pub enum Origin<'a> {
    /// A file of the product's folder.
    File(File<'a>),
    /// A table or query of a PostgreSQL database.
    Database(Database<'a>),
}

/// A table or query of a database as an input contract names it.
#[derive(Clone, Debug)]
pub struct Database<'a> {
    /// Host.
    pub host: &'a str,
    /// Port.
    pub port: u16,
    /// Name of the database.
    pub database: &'a str,
    /// Schema in which names are looked up.
    pub schema: &'a str,
    /// What is read of it.
    pub relation: Relation<'a>,
}

/// What is read of a database.
#[derive(Clone, Copy, Debug)]
pub enum Relation<'a> {
    /// A table or view of the schema.
    Table(&'a str),
    /// A SELECT.
    Query(&'a str),
}

/// A file as an input contract names it.
#[derive(Clone, Debug)]
pub struct File<'a> {
    /// Relative to the product's folder.
    pub path: &'a str,
    /// `csv`, `json` or `parquet`.
    pub format: &'a str,
    /// Between the fields of a CSV file, where it is no comma.
    pub delimiter: Option<char>,
}

/// Writes the contract; every line of it was seen in the data, or says that it is to be written.
///
/// # Errors
/// The report of a draft that is no valid contract: a name or domain that cannot be one.
pub fn draft(profile: &TableProfile, draft: &Draft<'_>) -> Result<String, Report> {
    let findings = profile.findings();
    let key = primary_key(profile, &findings);
    let mut yaml = head(profile, draft);
    let key_names = key.iter().filter_map(|at| names::identifier(&profile.columns.get(*at)?.name));
    table(profile, draft, &key_names.collect::<Vec<_>>(), &mut yaml);
    let mut taken = Vec::new();
    for (at, (column, finding)) in profile.columns.iter().zip(&findings).enumerate() {
        let position = key.iter().position(|key| *key == at).map(|before| before + 1);
        property::write(
            column,
            finding,
            &mut taken,
            (property::Key { position, columns: key.len() }, draft),
            &mut yaml,
        );
    }
    yaml.push_str("    quality:\n      - {metric: rowCount, mustBeGreaterThan: 0}\n");
    let markers = profile.null_markers();
    if !markers.is_empty() {
        let markers: Vec<String> = markers.iter().map(|marker| text(marker)).collect();
        let _ =
            writeln!(yaml, "\ncustomProperties:\n  - {{property: nullValues, value: [\"\", {}]}}", markers.join(", "));
    }
    if let Some(Origin::Database(Database { relation: Relation::Query(query), .. })) = draft.input {
        let _ = writeln!(yaml, "\ncustomProperties:\n  - {{property: query, value: {}}}", text(query));
    }
    let file = format!("{}.odcs.yaml", draft.name);
    crate::Contract::parse(&file, &yaml)?;
    format(&file, &yaml)
}

fn head(profile: &TableProfile, draft: &Draft<'_>) -> String {
    let (domain, name) = (draft.domain, draft.name);
    let kind = if draft.input.is_some() { "input:" } else { "" };
    let mut yaml = format!(
        "# Drafted from {} ({} rows). Types, nulls, keys and lists of values are what the data shows;\n\
         # what it means, whose it is and what it is for is marked `to be written`.\n\
         apiVersion: v3.1.0\nkind: DataContract\nid: {}\nname: {}\nversion: 0.1.0\nstatus: draft\ndomain: {}\n\n\
         description:\n  purpose: \"To be written: what the data is for\"\n  \
         limitations: \"To be written: what it must not be used for\"\n",
        comment(draft.origin),
        profile.rows,
        text(&format!("urn:fince:{domain}:{kind}{name}")),
        text(name),
        text(domain),
    );
    match &draft.input {
        Some(Origin::File(file)) => file_server(file, &mut yaml),
        Some(Origin::Database(found)) => {
            let _ = write!(
                yaml,
                "\nservers:\n  - server: source\n    type: postgres\n    host: {}\n    port: {}\n    database: {}\n    schema: {}\n",
                text(found.host),
                found.port,
                text(found.database),
                text(found.schema)
            );
        }
        None => {}
    }
    yaml
}

fn file_server(file: &File<'_>, yaml: &mut String) {
    let delimiter = match file.delimiter {
        None | Some(',') => String::new(),
        Some(other) => {
            let written = if other == '\t' { "tab".to_owned() } else { text(&other.to_string()) };
            format!("\n    customProperties:\n      - {{property: delimiter, value: {written}}}")
        }
    };
    let _ = write!(
        yaml,
        "\nservers:\n  - server: sample\n    type: local\n    path: {}\n    format: {}{delimiter}\n",
        text(file.path),
        file.format
    );
}

fn table(profile: &TableProfile, draft: &Draft<'_>, key: &[String], yaml: &mut String) {
    let physical = match &draft.input {
        Some(Origin::Database(Database { relation: Relation::Table(name), .. })) => {
            format!("    physicalName: {}\n    physicalType: table\n", text(name))
        }
        Some(Origin::File(file)) => {
            let name = file.path.rsplit('/').next().unwrap_or(file.path);
            format!("    physicalName: {}\n    physicalType: file\n", text(name))
        }
        _ => format!("    physicalName: {}\n    physicalType: table\n", text(draft.name)),
    };
    let grain = match key {
        [] => "To be written: what one row stands for".to_owned(),
        key => format!("one row for each {}", key.join(" and ")),
    };
    let seen = format!("To be written. Drafted from {} rows", profile.rows);
    let _ = write!(
        yaml,
        "\nschema:\n  - name: {}\n{physical}    description: {}\n    dataGranularityDescription: {}\n    properties:\n",
        text(draft.name),
        text(profile.description.as_deref().unwrap_or(&seen)),
        text(&grain),
    );
}

/// The columns that tell rows apart: those that the source states, if it states anything. Else one that says so by its
/// name, or the first of the table.
fn primary_key(profile: &TableProfile, findings: &[Finding]) -> Vec<usize> {
    if profile.columns.iter().any(|column| column.stated.is_some()) {
        let position = |(at, column): (usize, &ColumnProfile)| Some((column.stated.as_ref()?.key_position?, at));
        let mut key: Vec<(u32, usize)> = profile.columns.iter().enumerate().filter_map(position).collect();
        key.sort_unstable();
        return key.into_iter().map(|(_, at)| at).collect();
    }
    let named = |at: &usize| profile.columns.get(*at).is_some_and(|column| names::is_identity(&column.name));
    let candidates = || findings.iter().enumerate().filter(|(_, finding)| finding.candidate_key).map(|(at, _)| at);
    candidates().find(named).or_else(|| candidates().find(|at| *at == 0)).into_iter().collect()
}

/// The words for a type: logical and physical.
pub(crate) fn type_words(data_type: &DataType) -> (&'static str, String) {
    match data_type {
        DataType::String => ("string", "string".to_owned()),
        DataType::Integer { bits: 8 } => ("integer", "tinyint".to_owned()),
        DataType::Integer { bits: 16 } => ("integer", "smallint".to_owned()),
        DataType::Integer { bits: 32 } => ("integer", "int".to_owned()),
        DataType::Integer { .. } => ("integer", "bigint".to_owned()),
        DataType::Decimal { precision, scale } => ("number", format!("\"decimal({precision},{scale})\"")),
        DataType::Float { bits: 32 } => ("number", "real".to_owned()),
        DataType::Float { .. } => ("number", "double".to_owned()),
        DataType::Boolean => ("boolean", "boolean".to_owned()),
        DataType::Date => ("date", "date".to_owned()),
        DataType::Timestamp { utc: true } => ("timestamp", "timestamp_tz".to_owned()),
        DataType::Timestamp { utc: false } => ("timestamp", "timestamp_ntz".to_owned()),
        DataType::Time => ("time", "time".to_owned()),
        DataType::Binary => ("string", "binary".to_owned()),
        DataType::Object(_) => ("object", "struct".to_owned()),
        DataType::Array(_) => ("array", "array".to_owned()),
    }
}
