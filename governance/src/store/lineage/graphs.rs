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
    let mut datasets: HashMap<String, Dataset> = HashMap::new();
    let keys = || ids.iter().map(String::as_str);
    let head = "SELECT g.graph_id, g.role, g.dataset_id, d.namespace, d.name FROM lineage_graph_datasets g \
                JOIN lineage_datasets d ON d.id = g.dataset_id WHERE g.graph_id IN";
    for row in rows::select(connection, head, keys(), "").await? {
        let dataset = Dataset::new(text(&row, "namespace")?, text(&row, "name")?);
        datasets.insert(text(&row, "dataset_id")?, dataset.clone());
        let Some(graph) = graphs.get_mut(&text(&row, "graph_id")?) else { continue };
        match text(&row, "role")?.as_str() {
            "in" => drop(graph.inputs.insert(dataset)),
            "out" => drop(graph.outputs.insert(dataset, Written::ByColumn(BTreeSet::new()))),
            _ => drop(graph.outputs.insert(dataset, Written::Whole)),
        }
    }
    // Whatever a column depends on is an input of its graph, so every name is known by now.
    let head = "SELECT graph_id, output_id, output_column, input_id, input_column, ways FROM lineage_graph_columns \
                WHERE graph_id IN";
    for row in rows::select(connection, head, keys(), "").await? {
        let (graph, output) = (graphs.get_mut(&text(&row, "graph_id")?), datasets.get(&text(&row, "output_id")?));
        let written = graph.zip(output).and_then(|(graph, output)| graph.outputs.get_mut(output));
        if let Some(Written::ByColumn(dependencies)) = written {
            dependencies.insert(dependency(&row, &datasets)?);
        }
    }
    Ok(graphs)
}

fn dependency(row: &AnyRow, datasets: &HashMap<String, Dataset>) -> Result<Dependency, StoreError> {
    let (input, ways) = (text(row, "input_id")?, text(row, "ways")?);
    let way = |way: &str| {
        let corrupt = |_| StoreError::Corrupt { column: "ways", value: ways.clone() };
        Transformation::try_from(way.to_owned()).map_err(corrupt)
    };
    Ok(Dependency {
        column: text(row, "output_column")?,
        input: datasets.get(&input).cloned().ok_or(StoreError::Corrupt { column: "input_id", value: input })?,
        field: text(row, "input_column")?,
        ways: ways.split(BETWEEN).filter(|way| !way.is_empty()).map(way).collect::<Result<_, _>>()?,
    })
}
