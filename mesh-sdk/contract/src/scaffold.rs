//! The first text of a new port: its contract, its model, and its line in the product's manifest.

use std::fmt::Write as _;

use serde_json::Value;

use crate::diagnostic::Report;
use crate::format::format;
use crate::infer::{scalar, type_words};
use crate::model::{Contract, DataType, Property};
use crate::product::Manifest;

/// What a port begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortScaffold {
    /// Its contract, a draft.
    pub contract: String,
    /// The SQL that makes its table.
    pub model: String,
    /// The manifest with the port added; `None` when the manifest is written in a way that cannot be added to.
    pub manifest: Option<String>,
    /// What stands in the manifest for the port.
    pub manifest_item: String,
}

/// A port named `port` of the product whose manifest is `document`; with the columns of `input`, an input port and its
/// contract, or else with two of its own to begin with.
///
/// # Errors
/// The report of a draft that is no contract, as when `port` is no name.
pub fn port(
    manifest: &Manifest,
    document: &str,
    port: &str,
    input: Option<(&str, &Contract)>,
) -> Result<PortScaffold, Report> {
    let id = format!("urn:fince:{}:{port}", manifest.domain);
    let columns: Vec<&Property> = input
        .and_then(|(_, contract)| contract.objects.first())
        .map(|object| object.properties.iter().filter(|property| is_flat(property)).collect())
        .unwrap_or_default();
    let contract = contract(manifest, &id, port, &columns);
    let model = match input {
        Some((name, _)) if !columns.is_empty() => {
            let names: Vec<String> = columns.iter().map(|column| format!("  {}", sql_name(&column.name))).collect();
            format!(
                "-- To be changed: what one row of {port} is, out of what is delivered.\nSELECT\n{}\nFROM input.{name}\n",
                names.join(",\n")
            )
        }
        _ => format!(
            "-- To be changed: what one row of {port} is.\nSELECT CAST(column1 AS BIGINT) AS id, column2 AS label\n\
             FROM (VALUES (1, 'first'), (2, 'second'))\n"
        ),
    };
    let manifest_item = format!("{{name: {port}, type: tables, version: 1.0.0, contractId: {}}}", scalar(&id));
    let file = format!("{port}.v1.odcs.yaml");
    Contract::parse(&file, &contract)?;
    Ok(PortScaffold {
        contract: format(&file, &contract)?,
        model,
        manifest: with_port(manifest, document, port, &manifest_item),
        manifest_item,
    })
}

fn is_flat(property: &Property) -> bool {
    !matches!(property.data_type, DataType::Object(_) | DataType::Array(_))
}

fn sql_name(name: &str) -> String {
    if crate::name::is_identifier(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

fn contract(manifest: &Manifest, id: &str, port: &str, columns: &[&Property]) -> String {
    let mut yaml = format!(
        "# What consumers of {domain}.{port} can rely on: a draft, in which what is `to be written` is for people to say.\n\
         apiVersion: v3.1.0\nkind: DataContract\nid: {}\nname: {port}\nversion: 1.0.0\nstatus: draft\ndomain: {domain}\n\
         dataProduct: {}\n\ndescription:\n  purpose: \"To be written: what the data is for\"\n  \
         limitations: \"To be written: what it must not be used for\"\n\n\
         schema:\n  - name: {port}\n    physicalName: {port}\n    physicalType: table\n    description: To be written\n    \
         dataGranularityDescription: \"To be written: what one row stands for\"\n    properties:\n",
        scalar(id),
        scalar(&manifest.id),
        domain = manifest.domain,
    );
    if columns.is_empty() {
        yaml.push_str(
            "      - {name: id, description: To be written, logicalType: integer, physicalType: bigint, primaryKey: true, \
             primaryKeyPosition: 1, required: true, unique: true, classification: internal}\n      \
             - {name: label, description: To be written, logicalType: string, physicalType: string, required: true, \
             classification: internal}\n",
        );
    }
    for column in columns {
        property(column, &mut yaml);
    }
    yaml.push_str("    quality:\n      - {metric: rowCount, mustBeGreaterThan: 0}\n");
    let _ = write!(
        yaml,
        "\nslaProperties:\n  - {{property: latency, value: 1, unit: d, element: {port}}}\n  \
         - {{property: retention, value: 10, unit: \"y\", element: {port}}}\n"
    );
    people(manifest, &mut yaml);
    yaml
}

fn property(column: &Property, yaml: &mut String) {
    let (logical, physical) = type_words(&column.data_type);
    let _ = writeln!(yaml, "      - name: {}", scalar(&column.name));
    let description = column.description.as_deref().unwrap_or("To be written");
    let _ = writeln!(yaml, "        description: {}", scalar(description));
    let _ = writeln!(yaml, "        logicalType: {logical}\n        physicalType: {physical}");
    if let Some(position) = column.primary_key_position {
        let _ = writeln!(yaml, "        primaryKey: true\n        primaryKeyPosition: {position}");
    }
    for (key, holds) in [("required", column.required), ("unique", column.unique)] {
        if holds {
            let _ = writeln!(yaml, "        {key}: true");
        }
    }
    let classification = column.classification.map_or("internal", |level| level.as_str());
    let _ = writeln!(yaml, "        classification: {classification}");
    let kept: Vec<(&str, &str)> = ["unit", "gdprCategory", "mask"]
        .into_iter()
        .filter_map(|key| Some((key, column.custom.get(key).and_then(Value::as_str)?)))
        .collect();
    if !kept.is_empty() {
        yaml.push_str("        customProperties:\n");
        for (key, value) in kept {
            let _ = writeln!(yaml, "          - {{property: {key}, value: {}}}", scalar(value));
        }
    }
}

/// Those who answer for the product answer for its port.
fn people(manifest: &Manifest, yaml: &mut String) {
    if !manifest.team.is_empty() {
        yaml.push_str("\nteam:\n  members:\n");
        for member in &manifest.team {
            let name = member.name.as_ref().map(|name| format!(", name: {}", scalar(name))).unwrap_or_default();
            let role = member.role.as_ref().map(|role| format!(", role: {}", scalar(role))).unwrap_or_default();
            let _ = writeln!(yaml, "    - {{username: {}{name}{role}}}", quoted(&member.username));
        }
    }
    if !manifest.support.is_empty() {
        yaml.push_str("\nsupport:\n");
        for channel in &manifest.support {
            let tool = channel.tool.as_ref().map(|tool| format!(", tool: {}", scalar(tool))).unwrap_or_default();
            let url = channel.url.as_ref().map(|url| format!(", url: {}", quoted(url))).unwrap_or_default();
            let _ = writeln!(yaml, "  - {{channel: {}{tool}{url}}}", scalar(&channel.channel));
        }
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The manifest with one more output port; only when it then says just this more, and nothing else has changed.
fn with_port(manifest: &Manifest, document: &str, port: &str, item: &str) -> Option<String> {
    let mut lines: Vec<&str> = document.lines().collect();
    let at = lines.iter().position(|line| line.trim_end() == "outputPorts:")?;
    let next = lines.iter().skip(at + 1).find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))?;
    let indent = next.len() - next.trim_start().len();
    let line = format!("{}- {item}", " ".repeat(indent));
    lines.insert(at + 1, &line);
    let mut text = lines.join("\n");
    text.push('\n');
    let mut extended = Manifest::parse("product.odps.yaml", &text).ok()?;
    let added = extended.output_ports.iter().position(|known| known.name == port)?;
    extended.output_ports.remove(added);
    let same = Manifest { hash: manifest.hash.clone(), ..extended } == *manifest;
    same.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "# The product.\napiVersion: v1.0.0\nkind: DataProduct\nid: urn:bank:deposits\nversion: 1.0.0\n\
        status: active\ndomain: deposits\noutputPorts:\n  # one port\n  - {name: rates, version: 1.0.0, contractId: urn:bank:deposits:rates}\n\
        team:\n  members:\n    - {username: \"dora@bank.example\", name: Dora, role: owner}\n\
        support:\n  - {channel: deposits, tool: email, url: \"mailto:deposits@bank.example\"}\n";

    const INPUT: &str = "apiVersion: v3.1.0\nkind: DataContract\nid: urn:in\nversion: 1.0.0\nstatus: active\ndomain: deposits\n\
        schema:\n  - name: accounts\n    properties:\n      \
        - {name: account_id, logicalType: integer, physicalType: bigint, required: true, description: 'Number: of the account', classification: internal}\n      \
        - {name: balance, logicalType: number, physicalType: 'decimal(18,2)', description: Balance, customProperties: [{property: unit, value: EUR}]}\n      \
        - {name: tags, logicalType: array, description: t, items: {logicalType: string}}\n";

    fn manifest() -> Manifest {
        Manifest::parse("product.odps.yaml", MANIFEST).expect("a manifest")
    }

    #[test]
    fn a_port_begins_with_the_columns_of_its_input() {
        let input = Contract::parse("accounts.odcs.yaml", INPUT).expect("a contract");
        let made = port(&manifest(), MANIFEST, "accounts", Some(("accounts", &input))).expect("a port");
        insta::assert_snapshot!(format!("{}---\n{}---\n{}", made.contract, made.model, made.manifest.expect("added")));
    }

    #[test]
    fn a_port_without_input_begins_with_two_columns() {
        let made = port(&manifest(), MANIFEST, "fees", None).expect("a port");
        let contract = Contract::parse("fees.v1.odcs.yaml", &made.contract).expect("a contract");
        assert_eq!(contract.objects[0].properties.len(), 2);
        assert!(made.model.contains("VALUES"), "{}", made.model);
        assert!(port(&manifest(), MANIFEST, "No Port", None).is_err());
    }

    #[test]
    fn a_manifest_in_another_form_is_left_to_its_author() {
        let inline = MANIFEST.replace(
            "outputPorts:\n  # one port\n  - {name: rates, version: 1.0.0, contractId: urn:bank:deposits:rates}\n",
            "outputPorts: [{name: rates, version: 1.0.0, contractId: urn:bank:deposits:rates}]\n",
        );
        let manifest = Manifest::parse("product.odps.yaml", &inline).expect("a manifest");
        let made = port(&manifest, &inline, "fees", None).expect("a port");
        assert_eq!(made.manifest, None);
        assert!(made.manifest_item.contains("name: fees"));
        assert_eq!(port(&manifest, MANIFEST, "rates", None).expect("a port").manifest, None, "it is there already");
    }
}
