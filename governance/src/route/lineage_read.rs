//! Reading the lineage graph.

use std::collections::{BTreeSet, HashMap, HashSet};

use axum::Json;
use axum::extract::State;
use mesh_api::{LineageAnswer, LineageDirection, LineageEdge, LineageEdgeKind, LineageQuery, Problem};
use mesh_lineage::lineage_graph::{Direction, EdgeKind, Node, Reached, Show, Start, Walk, Walked};
use mesh_lineage::{Dataset, LineageGraph, MESH};
use mesh_policy::Principal;

use super::refusals::Refusals;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::lineage::readers::Readers;
use crate::lineage::{shown, start};
use crate::service::Service;

/// Edges for each node that may be shown.
const EDGES_PER_NODE: usize = 10;

/// A part of the lineage graph: what a product, port, dataset or column is made from, and what is made from it.
///
/// Edges are `declared` by manifests and contracts, `observed` in runs, or `consumed` by readers (of ports and columns, now
/// only). What a run did not do again is no longer there. Readers' names are told to who governs, to the domain that is read
/// and to the reader.
#[utoipa::path(
    get,
    path = "/lineage",
    tag = "lineage",
    params(LineageQuery),
    responses(
        (status = 200, description = "The part of the graph", body = LineageAnswer),
        (status = 404, description = "The start is not known", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_lineage(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(query): Query<LineageQuery>,
) -> Result<Json<LineageAnswer>, Failure> {
    let depth = within("depth", query.depth, LineageQuery::DEPTH_DEFAULT, LineageQuery::DEPTH_MAX)?;
    let limit = within("limit", query.limit, LineageQuery::LIMIT_DEFAULT, LineageQuery::LIMIT_MAX)? as usize;
    let start = start_of(&service, &query).await?;
    let directions: &[Direction] = match query.direction {
        LineageDirection::Upstream => &[Direction::Upstream],
        LineageDirection::Downstream => &[Direction::Downstream],
        LineageDirection::Both => &[Direction::Upstream, Direction::Downstream],
    };
    let look = move |graph: &LineageGraph| {
        let walk = |direction: &Direction| Walk {
            start: start.clone(),
            direction: *direction,
            depth,
            kinds: BTreeSet::from([EdgeKind::Declared, EdgeKind::Observed]),
            show: Show::Graph { nodes_max: limit, edges_max: limit * EDGES_PER_NODE },
        };
        directions.iter().map(|direction| (*direction, graph.walk(&walk(direction)))).collect::<Vec<_>>()
    };
    let store = &service.0.store;
    let walks = match query.as_of {
        Some(at) => service.0.lineage.look_back(store, at, look).await?,
        None => service.0.lineage.look(store, look).await?,
    };
    let mut picture = Picture::new(limit);
    walks.into_iter().for_each(|(direction, walked)| picture.add(direction, walked));
    if query.as_of.is_none() && query.direction != LineageDirection::Upstream {
        picture.add_readers(&service, &identity.principal, depth).await?;
    }
    Ok(Json(picture.answer))
}

/// A number of a query, within its bounds.
pub(super) fn within(name: &str, given: Option<u32>, default: u32, most: u32) -> Result<u32, Failure> {
    let number = given.unwrap_or(default);
    if (1..=most).contains(&number) {
        return Ok(number);
    }
    Err(Failure::new(failure::BAD_QUERY, format!("`{name}` is `{number}`: expected 1 to {most}")))
}

async fn start_of(service: &Service, query: &LineageQuery) -> Result<Start, Failure> {
    let bad = |detail: &str| Err(Failure::new(failure::BAD_QUERY, detail));
    let LineageQuery { product, port, dataset, namespace, column, .. } = query;
    if namespace.is_some() && dataset.is_none() {
        return bad("`namespace` says where `dataset` is, and there is none");
    }
    let column = column.as_deref();
    match (product, port, dataset) {
        (Some(_), None, None) if column.is_some() => bad("`column` is of a port or dataset"),
        (Some(product), None, None) => start::product(service, product).await,
        (None, Some(port), None) => start::ports(service, port).await?.start(service, column).await,
        (None, None, Some(name)) => {
            let dataset = Dataset::new(namespace.as_deref().unwrap_or(MESH), name);
            start::dataset(service, dataset, column).await
        }
        _ => bad("expected one of `product`, `port` and `dataset`"),
    }
}

/// The answer as it is put together.
struct Picture {
    answer: LineageAnswer,
    nodes: Vec<(Node, i64)>,
    places: HashMap<Node, usize>,
    edges: HashSet<(usize, usize, LineageEdgeKind)>,
    nodes_max: usize,
}

impl Picture {
    fn new(nodes_max: usize) -> Self {
        let answer = LineageAnswer { nodes: Vec::new(), edges: Vec::new(), is_cut: false, readers_untold: false };
        Self { answer, nodes: Vec::new(), places: HashMap::new(), edges: HashSet::new(), nodes_max }
    }

    /// Adds a walk; a node that two walks came to stands once.
    fn add(&mut self, direction: Direction, walked: Walked) {
        self.answer.is_cut |= walked.is_cut;
        let place = |Reached { node, distance, .. }: Reached| {
            let distance = match direction {
                Direction::Upstream => -i64::from(distance),
                Direction::Downstream => i64::from(distance),
            };
            *self.places.entry(node.clone()).or_insert_with(|| {
                self.answer.nodes.push(shown::node(&node, distance));
                self.nodes.push((node, distance));
                self.nodes.len() - 1
            })
        };
        let places: Vec<usize> = walked.nodes.into_iter().map(place).collect();
        for edge in walked.edges {
            let (Some(from), Some(to)) = (places.get(edge.from), places.get(edge.to)) else { continue };
            let (kind, jobs) = (shown::edge_kind(edge.kind), shown::jobs(&edge.jobs));
            // In a circle both walks come by the same edge.
            if self.edges.insert((*from, *to, kind)) {
                let ways = shown::ways(&edge.ways);
                self.answer.edges.push(LineageEdge { from: *from, to: *to, kind, jobs, ways });
            }
        }
    }

    /// Adds those who read the start, and what is downstream of it.
    async fn add_readers(&mut self, service: &Service, caller: &Principal, depth: u32) -> Result<(), Failure> {
        let is_read = |(_, distance): &&(Node, i64)| (0..i64::from(depth)).contains(distance);
        let nodes: Vec<_> = self.nodes.iter().enumerate().filter(|(_, entry)| is_read(entry)).collect();
        let (store, now) = (&service.0.store, service.0.clock.now());
        let readers = Readers::of(store, nodes.iter().map(|(_, (node, _))| node), caller, None, now).await?;
        let mut places: HashMap<String, usize> = HashMap::new();
        for (from, (node, distance)) in nodes {
            let (told, untold) = readers.reading(node);
            self.answer.readers_untold |= untold > 0;
            for reader in told {
                if !places.contains_key(&reader.principal) && self.answer.nodes.len() >= 2 * self.nodes_max {
                    self.answer.is_cut = true;
                    break;
                }
                let to = *places.entry(reader.principal).or_insert_with_key(|principal| {
                    self.answer.nodes.push(shown::reader(principal, distance + 1));
                    self.answer.nodes.len() - 1
                });
                let (kind, jobs, ways) = (LineageEdgeKind::Consumed, Vec::new(), Vec::new());
                self.answer.edges.push(LineageEdge { from, to, kind, jobs, ways });
            }
        }
        Ok(())
    }
}
