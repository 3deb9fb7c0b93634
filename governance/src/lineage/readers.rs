//! Who reads what a walk came to, as far as the caller may know.
//!
//! A reader's name is told to who governs, to the domain that is read, to the reader, and, of everything that a change of a
//! port may reach, to the domain of that port. Everybody else is told how many there are.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use mesh_api::ImpactReader;
use mesh_contract::PortName;
use mesh_lineage::lineage_graph::Node;
use mesh_policy::Principal;

use super::shown;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::consumption::ColumnRead;

/// How far reads are looked back at.
pub(crate) const WINDOW: TimeDelta = TimeDelta::days(90);

/// Whom a walk's nodes are read by.
pub(crate) struct Readers<'a> {
    reads: BTreeMap<PortName, Vec<ColumnRead>>,
    caller: &'a Principal,
    /// Domain of the port whose change is asked about.
    changing: Option<String>,
}

impl<'a> Readers<'a> {
    pub(crate) async fn of(
        store: &Store,
        nodes: impl Iterator<Item = &Node>,
        caller: &'a Principal,
        changing: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let ports = nodes.filter_map(shown::port).map(|(port, ..)| port).collect();
        let mut reads: BTreeMap<PortName, Vec<ColumnRead>> = BTreeMap::new();
        for read in store.column_reads(&ports, (now - WINDOW).date_naive()).await? {
            reads.entry(read.port.clone()).or_default().push(read);
        }
        Ok(Self { reads, caller, changing })
    }

    /// Those who read a node, and how many more there are whose names the caller may not know. Somebody who did not say what
    /// he read may have read any column.
    pub(crate) fn reading(&self, node: &Node) -> (Vec<ImpactReader>, u64) {
        let Some((port, major, column)) = shown::port(node) else { return (Vec::new(), 0) };
        let of_node = |read: &&ColumnRead| {
            let same_major = major.is_none_or(|major| read.major == major);
            let same_column = column.is_none_or(|column| read.column.is_empty() || read.column == column);
            same_major && same_column
        };
        let mut readers: BTreeMap<&str, (Vec<String>, NaiveDate)> = BTreeMap::new();
        for read in self.reads.get(&port).into_iter().flatten().filter(of_node) {
            let (columns, last) = readers.entry(&read.principal).or_default();
            columns.extend((!read.column.is_empty() && !columns.contains(&read.column)).then(|| read.column.clone()));
            *last = read.last_read.max(*last);
        }
        let (told, untold): (Vec<_>, Vec<_>) =
            readers.into_iter().partition(|(principal, _)| self.may_be_told(&port, principal));
        let reader = |(principal, (columns, last_read)): (&str, (Vec<String>, NaiveDate))| ImpactReader {
            principal: principal.to_owned(),
            columns,
            last_read,
        };
        (told.into_iter().map(reader).collect(), untold.len() as u64)
    }

    fn may_be_told(&self, port: &PortName, reader: &str) -> bool {
        let Self { caller, changing, .. } = self;
        caller.governs()
            || caller.name == reader
            || caller.owns(port.domain())
            || changing.as_ref().is_some_and(|domain| caller.owns(domain))
    }
}
