//! One column of the draft.

use std::fmt::Write as _;

use arrow_schema::DataType as ArrowType;
use serde_json::Value;

use super::{Draft, type_words};
use crate::infer::column::of_arrow;
use crate::infer::names::{identifier, is_money, unit};
use crate::infer::yaml_text::{comment, text};
use crate::infer::{ColumnProfile, Finding, Written};
use crate::model::{Classification, DataType};

/// Texts of one length up to this are codes, whose length means something.
const CODE_CHARS_MAX: u64 = 12;

/// Whether a column belongs to the primary key.
#[derive(Clone, Copy)]
pub(super) struct Key {
    /// Its place, from 1.
    pub(super) position: Option<usize>,
    /// Columns of the key.
    pub(super) columns: usize,
}

/// Writes a column; `taken` are the names before it. One that no contract could name is told in a comment.
pub(super) fn write(
    column: &ColumnProfile,
    finding: &Finding,
    taken: &mut Vec<String>,
    (key, draft): (Key, &Draft<'_>),
    yaml: &mut String,
) {
    let stored = column.name.as_str();
    let Some(name) = identifier(stored) else {
        let _ =
            writeln!(yaml, "      # left out: a column whose name is {}", comment(&Value::from(stored).to_string()));
        return;
    };
    let name = free(name, taken);
    let _ = writeln!(yaml, "      - name: {}", text(&name));
    if name != stored {
        let _ = writeln!(yaml, "        physicalName: {}", text(stored));
    }
    taken.push(name);
    let stated = column.stated.as_ref();
    let told = stated.and_then(|stated| stated.description.clone());
    let _ = writeln!(yaml, "        description: {}", text(&told.unwrap_or_else(|| description(finding))));
    if let Written::Nested(arrow) = column.written() {
        nested(arrow, 8, yaml);
    } else {
        let (logical, physical) = type_words(&finding.data_type);
        let physical = match stated {
            Some(stated) => stated.physical_type.clone().unwrap_or(physical),
            None => code_length(finding).map_or(physical, |length| format!("varchar({length})")),
        };
        let _ = writeln!(yaml, "        logicalType: {logical}\n        physicalType: {physical}");
    }
    if let Some(position) = key.position {
        let _ = writeln!(yaml, "        primaryKey: true\n        primaryKeyPosition: {position}");
    }
    if stated.map_or(finding.nulls == 0, |stated| stated.required) {
        yaml.push_str("        required: true\n");
    }
    if key.position.is_some() && key.columns == 1 || stated.is_some_and(|stated| stated.unique) {
        yaml.push_str("        unique: true\n");
    }
    let classification = finding.personal.map_or(Classification::Internal, |kind| kind.classification());
    let _ = writeln!(yaml, "        classification: {}", classification.as_str());
    options(column, finding, yaml);
    values(column, finding, yaml);
    custom(stored, finding, draft, yaml);
}

/// A name that no column before has.
fn free(name: String, taken: &[String]) -> String {
    if !taken.contains(&name) {
        return name;
    }
    (2_u32..).map(|number| format!("{name}_{number}")).find(|free| !taken.contains(free)).unwrap_or(name)
}

/// What was seen. Values of persons are not told: a draft is read by more people than the data.
fn description(finding: &Finding) -> String {
    let mut words = String::from("To be written.");
    match finding.distinct {
        Some(1) => words.push_str(" 1 value"),
        Some(distinct) => {
            let _ = write!(words, " {distinct} values");
        }
        None => words.push_str(" Millions of values"),
    }
    if let (Some((low, high)), None) = (&finding.range, finding.personal) {
        let _ = write!(words, ", {low} to {high}");
    }
    match finding.nulls {
        0 => {}
        1 => words.push_str("; 1 row has none"),
        nulls => {
            let _ = write!(words, "; {nulls} rows have none");
        }
    }
    words
}

fn code_length(finding: &Finding) -> Option<u64> {
    let (low, high) = finding.lengths?;
    let is_code = finding.data_type == DataType::String && finding.personal.is_none() && finding.values.is_empty();
    (is_code && low == high && high <= CODE_CHARS_MAX && finding.distinct > Some(1)).then_some(high)
}

fn options(column: &ColumnProfile, finding: &Finding, yaml: &mut String) {
    let number =
        matches!(finding.data_type, DataType::Integer { .. } | DataType::Decimal { .. } | DataType::Float { .. });
    if let Some(format) = &finding.format {
        if let Some(other) = &finding.format_or {
            let _ = writeln!(yaml, "        # the data would fit {other} too");
        }
        let _ = writeln!(yaml, "        logicalTypeOptions: {{format: {}}}", text(format));
    } else if number && finding.values.is_empty() && column.is_never_negative() {
        yaml.push_str("        logicalTypeOptions: {minimum: 0}\n");
    }
}

fn values(column: &ColumnProfile, finding: &Finding, yaml: &mut String) {
    let stated = column.stated.iter().flat_map(|stated| &stated.values).map(|value| Value::from(value.as_str()));
    let stated: Vec<Value> = stated.collect();
    let values = if stated.is_empty() { &finding.values } else { &stated };
    if values.is_empty() || finding.personal.is_some_and(|kind| kind.classification() == Classification::Restricted) {
        return;
    }
    let values: Vec<String> =
        values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), text)).collect();
    let _ = writeln!(
        yaml,
        "        quality:\n          - {{metric: invalidValues, dimension: conformity, arguments: {{validValues: [{}]}}, mustBe: 0}}",
        values.join(", ")
    );
}

fn custom(name: &str, finding: &Finding, draft: &Draft<'_>, yaml: &mut String) {
    let number = matches!(finding.data_type, DataType::Integer { .. } | DataType::Decimal { .. });
    let float = matches!(finding.data_type, DataType::Float { .. });
    let currency = draft.currency.filter(|_| is_money(name) && number);
    let unit = currency.or_else(|| unit(name).filter(|_| number || float));
    if unit.is_none() && finding.personal.is_none() {
        return;
    }
    yaml.push_str("        customProperties:\n");
    if let Some(unit) = unit {
        let _ = writeln!(yaml, "          - {{property: unit, value: {}}}", text(unit));
    }
    if let Some(kind) = finding.personal {
        let _ = writeln!(yaml, "          - {{property: gdprCategory, value: {}}}", kind.category());
    }
}

/// The type of an object or a list, members and all.
fn nested(arrow: &ArrowType, indent: usize, yaml: &mut String) {
    let pad = " ".repeat(indent);
    match arrow {
        ArrowType::Struct(members) => {
            let _ = writeln!(yaml, "{pad}logicalType: object\n{pad}physicalType: struct\n{pad}properties:");
            for member in members {
                let _ = writeln!(yaml, "{pad}  - name: {}", text(member.name()));
                let _ = writeln!(yaml, "{pad}    description: To be written");
                nested(member.data_type(), indent + 4, yaml);
                let _ = writeln!(yaml, "{pad}    classification: internal");
            }
        }
        ArrowType::List(item) | ArrowType::LargeList(item) => {
            let _ = writeln!(yaml, "{pad}logicalType: array\n{pad}physicalType: array\n{pad}items:");
            nested(item.data_type(), indent + 2, yaml);
        }
        other => {
            let (logical, physical) = type_words(&of_arrow(other).unwrap_or(DataType::String));
            let _ = writeln!(yaml, "{pad}logicalType: {logical}\n{pad}physicalType: {physical}");
        }
    }
}
