//! Findings as SARIF 2.1.0.

use serde_json::{Value, json};

use super::{Finding, Findings, Place, json};
use crate::failure::Failure;

pub(super) fn render(findings: &Findings) -> Result<String, Failure> {
    json::written(&log(findings))
}

fn log(findings: &Findings) -> Value {
    let mut classes: Vec<&Finding> = Vec::new();
    for finding in &findings.list {
        if !classes.iter().any(|known| known.class == finding.class) {
            classes.push(finding);
        }
    }
    let index = |finding: &Finding| classes.iter().position(|known| known.class == finding.class);
    let artifacts: Vec<Value> = findings.files.iter().map(|file| json!({"location": {"uri": uri(file)}})).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": format!("fince {}", findings.command),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": classes.iter().map(|finding| rule(finding)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "artifacts": artifacts,
            "results": findings.list.iter().map(|finding| result(finding, index(finding))).collect::<Vec<_>>(),
        }],
    })
}

fn rule(finding: &Finding) -> Value {
    let title = finding.title.clone().unwrap_or_else(|| finding.class.replace('_', " "));
    let mut rule = json!({"id": finding.class, "shortDescription": {"text": title}});
    if finding.class.starts_with("FC-") {
        put(&mut rule, "help", json!({"text": format!("see docs/errors/{}.md", finding.class)}));
    }
    rule
}

fn result(finding: &Finding, index: Option<usize>) -> Value {
    let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.class,
        "level": finding.level.word(),
        "message": {"text": format!("{}{help}", finding.message)},
    });
    if let Some(index) = index {
        put(&mut result, "ruleIndex", json!(index));
    }
    if let Some(place) = &finding.place {
        put(&mut result, "locations", json!([{"physicalLocation": physical(place)}]));
    }
    if !finding.labels.is_empty() {
        let related = finding.labels.iter().enumerate().map(
            |(id, (place, label))| json!({"id": id, "physicalLocation": physical(place), "message": {"text": label}}),
        );
        put(&mut result, "relatedLocations", related.collect());
    }
    result
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": {"uri": uri(&place.source.file)},
        "region": {
            "startLine": place.line.max(1),
            "startColumn": place.column.max(1),
            "byteOffset": place.start,
            "byteLength": place.len,
        },
    })
}

/// A file's name as a URI reference; names are paths, and paths have blanks, percent signs and backslashes.
fn uri(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    if file.starts_with('/') {
        uri.push_str("file://");
    }
    let file = file.strip_prefix("./").unwrap_or(file);
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = object {
        map.insert(key.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    /// What the standard's own schema requires of the parts that are written here, in its words.
    #[expect(clippy::too_many_lines, reason = "a schema, not a procedure")]
    fn schema() -> Value {
        let message = json!({"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}});
        let physical = json!({
            "type": "object",
            "required": ["artifactLocation"],
            "additionalProperties": false,
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9._~/%:-]+$"}},
                },
                "region": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 1},
                        "byteOffset": {"type": "integer", "minimum": 0},
                        "byteLength": {"type": "integer", "minimum": 0},
                    },
                },
            },
        });
        let location = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "id": {"type": "integer", "minimum": 0},
                "physicalLocation": physical,
                "message": message,
            },
        });
        let descriptor = json!({
            "type": "object",
            "required": ["id"],
            "additionalProperties": false,
            "properties": {"id": {"type": "string"}, "shortDescription": message, "help": message},
        });
        let result = json!({
            "type": "object",
            "required": ["message"],
            "additionalProperties": false,
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": message,
                "locations": {"type": "array", "items": location},
                "relatedLocations": {"type": "array", "items": location, "uniqueItems": true},
            },
        });
        json!({
            "type": "object",
            "required": ["version", "runs"],
            "additionalProperties": false,
            "properties": {
                "$schema": {"type": "string", "format": "uri"},
                "version": {"enum": ["2.1.0"]},
                "runs": {"type": "array", "items": {
                    "type": "object",
                    "required": ["tool"],
                    "additionalProperties": false,
                    "properties": {
                        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                            "type": "object",
                            "required": ["name"],
                            "additionalProperties": false,
                            "properties": {
                                "name": {"type": "string"},
                                "semanticVersion": {"type": "string"},
                                "rules": {"type": "array", "items": descriptor, "uniqueItems": true},
                            },
                        }}},
                        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                        "artifacts": {"type": "array", "uniqueItems": true, "items": {
                            "type": "object", "required": ["location"],
                        }},
                        "results": {"type": "array", "items": result},
                    },
                }},
            },
        })
    }

    #[test]
    fn the_log_is_what_the_standard_asks_for() {
        let log = log(&samples::three());
        let validator = jsonschema::draft7::new(&schema()).expect("a schema");
        let faults: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:?}");
        let run = &log["runs"][0];
        for result in run["results"].as_array().expect("results") {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
        insta::assert_snapshot!(run["results"][0], @r#"{"ruleId":"FC-0002","level":"error","message":{"text":"the key `kind` stands twice; keep one of them"},"ruleIndex":0,"locations":[{"physicalLocation":{"artifactLocation":{"uri":"contracts/my%20loans.yaml"},"region":{"startLine":2,"startColumn":1,"byteOffset":19,"byteLength":4}}}],"relatedLocations":[{"id":0,"physicalLocation":{"artifactLocation":{"uri":"contracts/my%20loans.yaml"},"region":{"startLine":1,"startColumn":1,"byteOffset":0,"byteLength":4}},"message":{"text":"first here"}}]}"#);
    }

    #[test]
    fn names_of_files_become_uris() {
        assert_eq!(uri("./contracts/a b%.yaml"), "contracts/a%20b%25.yaml");
        assert_eq!(uri("/srv/größe.yaml"), "file:///srv/gr%C3%B6%C3%9Fe.yaml");
        assert_eq!(uri("a\\b.yaml"), "a/b.yaml");
    }
}
