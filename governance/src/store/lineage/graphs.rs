//! What jobs read and write: each graph once, never changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mesh_lineage::told::Dependency;
use mesh_lineage::{Dataset, JobGraph, Transformation, Written};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::names::{Known, dataset_id, store_datasets};
use crate::store::rows::{self, Value};
use crate::store::{StoreError, text};

/// Between the ways of a dependency.
const BETWEEN: char = ' ';

/// Stores graphs that are not there yet, by their identities.
pub(super) async fn store(
    connection: &mut AnyConnection,
    known: &mut Known,
    graphs: &BTreeMap<String, JobGraph>,
) -> Result<(), StoreError> {
    let unsure: Vec<&str> = graphs.keys().filter(|id| !known.graphs.contains(*id)).map(String::as_str).collect();
    let stored =
        rows::select(connection, "SELECT id FROM lineage_graphs WHERE id IN", unsure.iter().copied(), "").await?;
    let stored = stored.iter().map(|row| text(row, "id")).collect::<Result<BTreeSet<_>, _>>()?;
    known.graphs.extend(stored.iter().cloned());
    let new: Vec<(&String, &JobGraph)> = graphs.iter().filter(|(id, _)| !known.graphs.contains(*id)).collect();
    store_datasets(connection, known, new.iter().flat_map(|(_, graph)| named(graph))).await?;
    let ids = new.iter().map(|(id, _)| [Value::from(id.as_str())]).collect();
    rows::insert(connection, "INSERT INTO lineage_graphs (id)", ids, "").await?;
    let datasets = new.iter().flat_map(|(id, graph)| dataset_rows(id, graph)).collect();
    let head = "INSERT INTO lineage_graph_datasets (graph_id, role, dataset_id)";
    rows::insert(connection, head, datasets, "").await?;
    let columns = new.iter().flat_map(|(id, graph)| column_rows(id, graph)).collect();
    let head = "INSERT INTO lineage_graph_columns \
                (graph_id, place, output_id, output_column, input_id, input_column, ways)";
    rows::insert(connection, head, columns, "").await?;
    known.graphs.extend(new.into_iter().map(|(id, _)| id.clone()));
    Ok(())
}

/// Every dataset that a graph names.
fn named(graph: &JobGraph) -> impl Iterator<Item = &Dataset> {
    let dependencies = graph.outputs.values().filter_map(|written| match written {
        Written::Whole => None,
        Written::ByColumn(dependencies) => Some(dependencies.iter().map(|dependency| &dependency.input)),
    });
    graph.inputs.iter().chain(graph.outputs.keys()).chain(dependencies.flatten())
}

fn dataset_rows(id: &str, graph: &JobGraph) -> Vec<[Value; 3]> {
    let row = |role: &str, dataset: &Dataset| [Value::from(id), Value::from(role), Value::Text(dataset_id(dataset))];
    let outputs = graph.outputs.iter().map(|(output, written)| match written {
        Written::Whole => row("whole", output),
        Written::ByColumn(_) => row("out", output),
    });
    graph.inputs.iter().map(|input| row("in", input)).chain(outputs).collect()
}

fn column_rows(id: &str, graph: &JobGraph) -> Vec<[Value; 7]> {
    let mut rows = Vec::new();
    let mut ids: HashMap<&Dataset, String> = HashMap::new();
    for (output, written) in &graph.outputs {
        let Written::ByColumn(dependencies) = written else { continue };
        let output = dataset_id(output);
        for Dependency { column, input, field, ways } in dependencies {
            let input = ids.entry(input).or_insert_with(|| dataset_id(input)).clone();
            let ways: Vec<String> = ways.iter().map(ToString::to_string).collect();
            rows.push([
                Value::from(id),
                Value::Number(i64::try_from(rows.len()).unwrap_or(i64::MAX)),
                Value::from(output.as_str()),
                Value::from(column.as_str()),
                Value::Text(input),
                Value::from(field.as_str()),
                Value::Text(ways.join(&BETWEEN.to_string())),
            ]);
        }
    }
    rows
}

/// The graphs of these identities.
pub(super) async fn load(
    connection: &mut AnyConnection,
    ids: &BTreeSet<String>,
) -> Result<HashMap<String, JobGraph>, StoreError> {
    let mut graphs: HashMap<String, JobGraph> = ids.iter().map(|id| (id.clone(), JobGraph::default())).collect();
    let keys = || ids.iter().map(String::as_str);
    let head = "SELECT g.graph_id, g.role, d.namespace, d.name FROM lineage_graph_datasets g \
                JOIN lineage_datasets d ON d.id = g.dataset_id WHERE g.graph_id IN";
    for row in rows::select(connection, head, keys(), "").await? {
        let Some(graph) = graphs.get_mut(&text(&row, "graph_id")?) else { continue };
        let dataset = Dataset::new(text(&row, "namespace")?, text(&row, "name")?);
        match text(&row, "role")?.as_str() {
            "in" => drop(graph.inputs.insert(dataset)),
            "out" => drop(graph.outputs.insert(dataset, Written::ByColumn(BTreeSet::new()))),
            _ => drop(graph.outputs.insert(dataset, Written::Whole)),
        }
    }
    let head = "SELECT c.graph_id, o.namespace, o.name, c.output_column, i.namespace AS input_namespace, \
                i.name AS input_name, c.input_column, c.ways FROM lineage_graph_columns c \
                JOIN lineage_datasets o ON o.id = c.output_id JOIN lineage_datasets i ON i.id = c.input_id \
                WHERE c.graph_id IN";
    for row in rows::select(connection, head, keys(), "").await? {
        let output = Dataset::new(text(&row, "namespace")?, text(&row, "name")?);
        let graph = graphs.get_mut(&text(&row, "graph_id")?);
        if let Some(Written::ByColumn(dependencies)) = graph.and_then(|graph| graph.outputs.get_mut(&output)) {
            dependencies.insert(dependency(&row)?);
        }
    }
    Ok(graphs)
}

fn dependency(row: &AnyRow) -> Result<Dependency, StoreError> {
    let ways = text(row, "ways")?;
    let way = |way: &str| {
        let corrupt = |_| StoreError::Corrupt { column: "ways", value: ways.clone() };
        Transformation::try_from(way.to_owned()).map_err(corrupt)
    };
    Ok(Dependency {
        column: text(row, "output_column")?,
        input: Dataset::new(text(row, "input_namespace")?, text(row, "input_name")?),
        field: text(row, "input_column")?,
        ways: ways.split(BETWEEN).filter(|way| !way.is_empty()).map(way).collect::<Result<_, _>>()?,
    })
}
