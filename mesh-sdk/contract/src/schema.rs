//! The JSON Schemas of contracts and manifests, generated from the types that documents are read into, and a check
//! against them.

mod describe;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::raw::{RawContract, RawProduct};
use crate::shape::{self, Fault};
pub use describe::{Description, describe_contract, describe_manifest};

/// The JSON Schema (draft 2020-12) of an ODCS 3.1 or 3.2 document.
#[must_use]
pub fn odcs_json_schema() -> Value {
    generate::<RawContract>()
}

/// The JSON Schema (draft 2020-12) of an ODPS 1.0 or 1.1 document.
#[must_use]
pub fn odps_json_schema() -> Value {
    generate::<RawProduct>()
}

/// Checks a contract that arrived as JSON against its schema: every fault with the JSON pointer of its place.
#[must_use]
pub fn validate(document: &Value) -> Vec<Fault> {
    shape::ODCS.check(document)
}

/// Checks a manifest that arrived as JSON against its schema.
#[must_use]
pub fn validate_manifest(document: &Value) -> Vec<Fault> {
    shape::ODPS.check(document)
}

fn generate<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    refuse_null(&mut schema);
    schema
}

/// In these documents an absent key is the only way to say nothing: optional keys do not take null.
fn refuse_null(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("default") == Some(&Value::Null) || map.get("type").is_some() {
                map.shift_remove("default");
            }
            if let Some(Value::Array(types)) = map.get_mut("type")
                && types.len() == 2
                && let Some(kept) = types.iter().find(|kind| *kind != "null").cloned()
                && types.contains(&Value::from("null"))
            {
                map.insert("type".to_owned(), kept);
            }
            if map.get("type").is_some_and(|kind| kind == "integer" || kind == "number") {
                map.shift_remove("format");
            }
            if let Some(Value::Array(branches)) = map.get("anyOf")
                && let [branch, null] = branches.as_slice()
                && null.get("type").is_some_and(|kind| kind == "null")
                && let Value::Object(branch) = branch.clone()
            {
                map.shift_remove("anyOf");
                map.extend(branch);
            }
            map.values_mut().for_each(refuse_null);
        }
        Value::Array(items) => items.iter_mut().for_each(refuse_null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_state_what_is_required_and_admit_nothing_else() {
        let schema = odcs_json_schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["required"], serde_json::json!(["apiVersion", "kind", "id", "version", "status"]));
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["name"]["type"], "string");
        assert_eq!(schema["properties"]["team"]["$ref"], "#/$defs/TeamOrMembers");
        assert_eq!(schema["$defs"]["CustomProperty"]["required"], serde_json::json!(["property", "value"]));
        assert_eq!(schema["$defs"]["Server"]["required"], serde_json::json!(["server", "type"]));
        assert_eq!(odps_json_schema()["$defs"]["OutputPort"]["required"], serde_json::json!(["name", "version"]));
    }

    #[test]
    fn json_documents_are_checked_with_pointers() {
        let faults = validate(&serde_json::json!({"kind": "DataContract", "schema": [{"name": 1, "propertys": []}]}));
        let shown: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.message)).collect();
        insta::assert_debug_snapshot!(shown);
    }
}
