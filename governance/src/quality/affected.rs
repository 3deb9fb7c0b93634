//! Whom it concerns when a port breaks what it promises.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_api::{LineageQuery, QualityAffected};
use mesh_contract::{PortName, PortVersion};
use mesh_lineage::lineage_graph::{Direction, EdgeKind, Reached, Show, Start, Walk};
use mesh_lineage::{Dataset, MESH};
use mesh_policy::Principal;

use crate::failure::Failure;
use crate::lineage::readers::WINDOW;
use crate::lineage::{Held, shown};
use crate::store::Store;

/// Most ports that are named.
const PORTS_MAX: usize = 200;
/// Most consumers that are named.
const CONSUMERS_MAX: usize = 1_000;

/// The ports that are made from a port, near or far, and the consumers of it and of those.
pub(crate) async fn affected(
    store: &Store,
    lineage: &Held,
    port: &PortVersion,
    now: DateTime<Utc>,
) -> Result<QualityAffected, Failure> {
    let (mut ports, mut is_cut) = downstream(store, lineage, port).await?;
    ports.insert(port.clone());
    let names: BTreeSet<PortName> = ports.iter().map(|port| port.name.clone()).collect();
    let is_of = |name: &PortName, major: u64| ports.contains(&PortVersion { name: name.clone(), major });
    let reads = store.column_reads(&names, (now - WINDOW).date_naive()).await?.into_iter();
    let reads = reads.filter(|read| is_of(&read.port, read.major));
    let mut consumers: BTreeSet<String> = reads.map(|read| read.principal).collect();
    let holders = store.holders(&names, now).await?.into_iter();
    consumers.extend(holders.filter(|held| is_of(&held.port, held.major)).map(|held| held.consumer));
    is_cut |= consumers.len() > CONSUMERS_MAX;
    Ok(QualityAffected {
        ports: ports.iter().filter(|found| *found != port).map(ToString::to_string).collect(),
        consumers: consumers.into_iter().take(CONSUMERS_MAX).collect(),
        consumers_untold: 0,
        is_cut,
    })
}

/// Ports that are made from a port, and whether there are more than these.
async fn downstream(
    store: &Store,
    lineage: &Held,
    port: &PortVersion,
) -> Result<(BTreeSet<PortVersion>, bool), Failure> {
    let walk = Walk {
        start: Start::Dataset(Dataset::port(MESH, port)),
        direction: Direction::Downstream,
        depth: LineageQuery::DEPTH_MAX,
        kinds: BTreeSet::from([EdgeKind::Declared, EdgeKind::Observed]),
        show: Show::Page { skip: 0, take: PORTS_MAX },
    };
    let walked = lineage.look(store, move |graph| graph.walk(&walk)).await?;
    let is_cut = walked.total > walked.nodes.len();
    let version = |reached: &Reached| {
        let (name, major, _) = shown::port(&reached.node)?;
        Some(PortVersion { name, major: major? })
    };
    Ok((walked.nodes.iter().filter_map(version).collect(), is_cut))
}

/// What a caller may know of it: consumers' names are told to governance, to the port's domain, and each to the one who bears
/// it; everybody else is told how many there are.
pub(crate) fn told(affected: QualityAffected, caller: &Principal, domain: &str) -> QualityAffected {
    if caller.governs() || caller.owns(domain) {
        return affected;
    }
    let all = affected.consumers.len();
    let consumers: Vec<String> = affected.consumers.into_iter().filter(|name| *name == caller.name).collect();
    let untold = affected.consumers_untold.saturating_add((all - consumers.len()) as u64);
    QualityAffected { consumers, consumers_untold: untold, ..affected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_to_the_domain_to_governance_and_to_those_who_bear_them() {
        let consumers = vec!["ana".to_owned(), "omar".to_owned()];
        let whole = QualityAffected { ports: vec![], consumers, consumers_untold: 0, is_cut: false };
        let told = |name: &str, role: &str| {
            let caller = Principal { name: name.into(), roles: vec![role.into()] };
            let told = told(whole.clone(), &caller, "lending");
            (told.consumers.join(" "), told.consumers_untold)
        };
        for role in ["governance", "owner:lending", "service:lending"] {
            assert_eq!(told("lena", role), ("ana omar".to_owned(), 0), "{role}");
        }
        assert_eq!(told("omar", "analyst"), ("omar".to_owned(), 1));
        assert_eq!(told("eve", "owner:deposits"), (String::new(), 2));
    }
}
