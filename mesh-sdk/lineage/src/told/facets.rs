//! The facets that the graph needs. What is not in the form of its schema is passed over; a hostile name is not.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::fault::ToldError;
use super::names::{COLUMN_LENGTH_MAX, NAME_LENGTH_MAX, NAMESPACE_LENGTH_MAX, at_most, checked};
use super::{COLUMNS_MAX, DEPENDENCIES_MAX, Dependency};
use crate::sources::Dataset;
use crate::transformation::{Kind, Transformation};

type Facet = Map<String, Value>;

/// What a facet states: nothing when it is not there or cannot be read, and that nothing is known when it is taken back.
pub(super) fn stated<T>(
    facet: Option<&Facet>,
    read: impl FnOnce(&Facet) -> Result<Option<T>, ToldError>,
) -> Result<Option<Option<T>>, ToldError> {
    match facet {
        None => Ok(None),
        Some(facet) if facet.get("_deleted") == Some(&Value::Bool(true)) => Ok(Some(None)),
        Some(facet) => Ok(read(facet)?.map(Some)),
    }
}

pub(super) fn version(facet: &Facet, place: &str) -> Result<Option<String>, ToldError> {
    let Some(version) = facet.get("datasetVersion").and_then(Value::as_str) else { return Ok(None) };
    let place = || format!("{place}.facets.version.datasetVersion");
    checked(version, place, COLUMN_LENGTH_MAX).map(|version| Some(version.to_owned()))
}

/// Both parts of `columnLineage`: `fields` for each column, and `dataset` for what decides the rows.
pub(super) fn dependencies(facet: &Facet, place: &str) -> Result<Option<BTreeSet<Dependency>>, ToldError> {
    let place = format!("{place}.facets.columnLineage");
    let fields = facet.get("fields").and_then(Value::as_object);
    let rows = facet.get("dataset").and_then(Value::as_array);
    if fields.is_none() && rows.is_none() {
        return Ok(None);
    }
    let mut found = BTreeSet::new();
    at_most(fields.map_or(0, Map::len), COLUMNS_MAX, &place, "columns")?;
    for (column, field) in fields.into_iter().flatten() {
        let column = checked(column, || place.clone(), COLUMN_LENGTH_MAX)?;
        let inputs = field.get("inputFields").and_then(Value::as_array);
        for input in inputs.into_iter().flatten() {
            found.extend(dependency(column, input, &place)?);
        }
        at_most(found.len(), DEPENDENCIES_MAX, &place, "dependencies of columns")?;
    }
    for input in rows.into_iter().flatten() {
        found.extend(dependency("", input, &place)?);
    }
    at_most(found.len(), DEPENDENCIES_MAX, &place, "dependencies of columns")?;
    Ok(Some(found))
}

fn dependency(column: &str, input: &Value, place: &str) -> Result<Option<Dependency>, ToldError> {
    let text = |key: &str| input.get(key).and_then(Value::as_str);
    let (Some(namespace), Some(name), Some(field)) = (text("namespace"), text("name"), text("field")) else {
        return Ok(None);
    };
    let place = || place.to_owned();
    let namespace = checked(namespace, place, NAMESPACE_LENGTH_MAX)?;
    let name = checked(name, place, NAME_LENGTH_MAX)?;
    let field = checked(field, place, COLUMN_LENGTH_MAX)?;
    let ways = input.get("transformations").and_then(Value::as_array);
    Ok(Some(Dependency {
        column: column.to_owned(),
        input: Dataset::new(namespace, name),
        field: field.to_owned(),
        ways: ways.into_iter().flatten().filter_map(way).collect(),
    }))
}

/// A way in OpenLineage's words; another producer's own words say nothing here.
fn way(transformation: &Value) -> Option<Transformation> {
    let kind = Kind::parse(transformation.get("subtype")?.as_str()?)?;
    let masking = transformation.get("masking").and_then(Value::as_bool).unwrap_or_default();
    Some(Transformation { kind, masking })
}
