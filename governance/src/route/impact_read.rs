//! Whom a change may reach.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use mesh_api::{Affected, ImpactQuery, ImpactStep, LineageQuery, Page, PageRequest, Problem};
use mesh_lineage::lineage_graph::{Direction, EdgeKind, Reached, Show, Step, Walk};

use super::lineage_read::within;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::lineage::readers::Readers;
use crate::lineage::{shown, start};
use crate::service::Service;

/// Whom a change of a port, or of one of its columns, may reach: what is made from it, nearest first, and who reads any of
/// that, each with a way to it.
///
/// Readers' names are told to who governs, to the domain of the port asked about, to the domain that is read, and to the
/// reader; everybody else is told how many there are. The graph may change between two pages.
#[utoipa::path(
    get,
    path = "/impact",
    tag = "lineage",
    params(ImpactQuery),
    responses(
        (status = 200, description = "One page", body = Page<Affected>),
        (status = 404, description = "No such port, or no such column", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_impact(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(query): Query<ImpactQuery>,
) -> Result<Json<Page<Affected>>, Failure> {
    let ImpactQuery { port, column, depth, cursor, limit } = query;
    let depth = within("depth", depth, ImpactQuery::DEPTH_DEFAULT, LineageQuery::DEPTH_MAX)?;
    let window = Window::read(&PageRequest { cursor, limit }, |text| text.parse::<usize>().ok())?;
    let skip = window.after.unwrap_or_default();
    let ports = start::ports(&service, &port).await?;
    let walk = Walk {
        start: ports.start(&service, column.as_deref()).await?,
        direction: Direction::Downstream,
        depth,
        kinds: BTreeSet::from([EdgeKind::Declared, EdgeKind::Observed]),
        show: Show::Page { skip, take: window.limit + 1 },
    };
    let store = &service.0.store;
    let reached = service.0.lineage.look(store, move |graph| graph.walk(&walk).nodes).await?;
    let changing = Some(ports.name.domain().to_owned());
    let nodes = reached.iter().map(|reached| &reached.node);
    let readers = Readers::of(store, nodes, &identity.principal, changing, service.0.clock.now()).await?;
    let affected = reached.iter().map(|reached| affected(reached, &readers)).collect();
    Ok(Json(window.page(affected, |_| (skip + window.limit).to_string())))
}

fn affected(reached: &Reached, readers: &Readers<'_>) -> Affected {
    let (told, readers_untold) = readers.reading(&reached.node);
    let step = |(place, step): (i64, &Step)| ImpactStep {
        from: shown::node(&step.from, place),
        job: shown::job(&step.job),
        kind: shown::edge_kind(step.kind),
        ways: shown::ways(&step.ways),
    };
    Affected {
        node: shown::node(&reached.node, i64::from(reached.distance)),
        path: (0..).zip(&reached.path).map(step).collect(),
        readers: told,
        readers_untold,
    }
}
