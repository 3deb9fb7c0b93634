//! The published schemas, and an event held against them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jsonschema::{Draft, Registry, Validator};
use serde_json::Value;

/// Every schema of the folder, by its `$id`.
pub(crate) struct Schemas(BTreeMap<String, Value>);

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openlineage")
}

pub(crate) fn read(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

impl Schemas {
    pub(crate) fn published() -> Self {
        let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
        let documents = files.filter(|file| file.extension().is_some_and(|ending| ending == "json")).map(|f| read(&f));
        let schemas = documents.filter_map(|schema| Some((schema.get("$id")?.as_str()?.to_owned(), schema.clone())));
        Self(schemas.collect())
    }

    /// What is wrong with `event`: as a whole, and facet by facet against the schema that the facet names.
    pub(crate) fn faults(&self, event: &Value) -> Vec<String> {
        let model = self.0.keys().find(|id| id.ends_with("/OpenLineage.json")).expect("the model").clone();
        let mut faults = self.broken(&model, event);
        for (name, facet) in facets(event) {
            let url = facet["_schemaURL"].as_str().unwrap_or_default().split('#').next().unwrap_or_default().to_owned();
            let Some(schema) = self.0.get(&url) else {
                faults.push(format!("{name}: no schema `{url}`"));
                continue;
            };
            if schema["properties"].get(name).is_none() {
                faults.push(format!("`{url}` does not describe a facet `{name}`"));
            }
            let alone = Value::Object([(name.to_owned(), facet.clone())].into_iter().collect());
            faults.extend(self.broken(&url, &alone));
            let known = keys_described(schema);
            let strangers = keys(facet).into_iter().filter(|key| !key.starts_with('_') && !known.contains(key));
            faults.extend(strangers.map(|key| format!("{name}: the schema does not know `{key}`")));
        }
        faults
    }

    /// How many facets of `event` were looked at.
    pub(crate) fn facets(event: &Value) -> BTreeSet<&str> {
        facets(event).into_iter().map(|(name, _)| name).collect()
    }

    fn broken(&self, id: &str, document: &Value) -> Vec<String> {
        let mut registry = Registry::new();
        for (id, schema) in &self.0 {
            registry = registry.add(id.as_str(), schema.clone()).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let validator: Validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .with_registry(&registry)
            .build(&self.0[id])
            .unwrap();
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }
}

/// Every facet of an event with its name.
fn facets(event: &Value) -> Vec<(&str, &Value)> {
    let mut holders = vec![&event["run"]["facets"], &event["job"]["facets"]];
    for dataset in ["inputs", "outputs"].iter().flat_map(|way| event[way].as_array().into_iter().flatten()) {
        holders.extend(["facets", "inputFacets", "outputFacets"].iter().filter_map(|name| dataset.get(name)));
    }
    let objects = holders.into_iter().filter_map(Value::as_object).flatten();
    objects.map(|(name, facet)| (name.as_str(), facet)).collect()
}

/// Keys of members; those of maps from names (the columns of `columnLineage`) are data, not keys.
fn keys(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) => {
            let named = members.iter().flat_map(|(key, value)| {
                let inner: Vec<String> = match (key.as_str(), value) {
                    ("fields", Value::Object(columns)) => columns.values().flat_map(keys).collect(),
                    _ => keys(value).into_iter().collect(),
                };
                std::iter::once(key.clone()).chain(inner)
            });
            named.collect()
        }
        Value::Array(items) => items.iter().flat_map(keys).collect(),
        _ => BTreeSet::new(),
    }
}

/// Every property that a schema describes, wherever it stands.
fn keys_described(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(members) => {
            let own = members.get("properties").and_then(Value::as_object).into_iter().flatten();
            let own = own.map(|(name, _)| name.clone());
            own.chain(members.values().flat_map(keys_described)).collect()
        }
        Value::Array(items) => items.iter().flat_map(keys_described).collect(),
        _ => BTreeSet::new(),
    }
}
