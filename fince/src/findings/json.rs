//! Findings for programs: one array, one object a finding.

use serde_json::{Map, Value, json};

use super::{Finding, Findings, Place};
use crate::failure::{Failure, codes};

pub(super) fn render(findings: &Findings) -> Result<String, Failure> {
    let entries: Vec<Value> = findings.list.iter().map(entry).collect();
    written(&Value::Array(entries))
}

/// JSON with line ends.
pub(super) fn written(value: &Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::failed(codes::OUTPUT, "cannot write the findings").because(&error))
}

fn entry(finding: &Finding) -> Value {
    let mut entry = Map::new();
    entry.insert("code".to_owned(), json!(finding.class));
    entry.insert("severity".to_owned(), json!(finding.level.word()));
    entry.insert("message".to_owned(), json!(finding.message));
    if let Some(help) = &finding.help {
        entry.insert("help".to_owned(), json!(help));
    }
    if let Some(place) = &finding.place {
        put(place, &mut entry);
    }
    if !finding.labels.is_empty() {
        let labels = finding.labels.iter().map(|(place, text)| {
            let mut label = Map::new();
            label.insert("message".to_owned(), json!(text));
            put(place, &mut label);
            Value::Object(label)
        });
        entry.insert("labels".to_owned(), labels.collect());
    }
    Value::Object(entry)
}

fn put(place: &Place, entry: &mut Map<String, Value>) {
    entry.insert("file".to_owned(), json!(place.source.file));
    for (key, number) in
        [("line", place.line), ("column", place.column), ("byte_offset", place.start), ("byte_length", place.len)]
    {
        entry.insert(key.to_owned(), json!(number));
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn an_object_says_what_where_and_what_to_do() {
        let text = render(&samples::three()).expect("JSON");
        let entries: Vec<Value> = serde_json::from_str(&text).expect("an array");
        assert_eq!(entries.len(), 3);
        insta::assert_snapshot!(entries[0], @r#"{"code":"FC-0002","severity":"error","message":"the key `kind` stands twice","help":"keep one of them","file":"contracts/my loans.yaml","line":2,"column":1,"byte_offset":19,"byte_length":4,"labels":[{"message":"first here","file":"contracts/my loans.yaml","line":1,"column":1,"byte_offset":0,"byte_length":4}]}"#);
        insta::assert_snapshot!(entries[2], @r#"{"code":"owner_changed","severity":"note","message":"the owner changed"}"#);
    }
}
