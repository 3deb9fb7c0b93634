//! Operations on the lineage graph and on who reads what.

use mesh_contract::PortName;
use serde::Serialize;
use url::Url;

use super::{Client, ClientError};
use crate::consumption::{PortReader, ReadersQuery, ReadsRecorded, RecordReads, UnusedPort, UnusedPortsQuery};
use crate::lineage_graph::{Affected, BatchTaken, EventTaken, ImpactQuery, LineageAnswer, LineageQuery};
use crate::page::Page;

impl Client {
    /// Tells one OpenLineage event. Best effort is [`Emitter`](crate::lineage::Emitter)'s; this waits for the answer.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when it is no event, or not the caller's to tell; otherwise as [`ClientError`] says.
    pub async fn tell(&self, event: &impl Serialize) -> Result<EventTaken, ClientError> {
        self.post(self.url(&["lineage"]), event).await
    }

    /// Tells many OpenLineage events; each is taken or refused by itself.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn tell_all(&self, events: &[impl Serialize]) -> Result<BatchTaken, ClientError> {
        self.post(self.url(&["lineage", "batch"]), &events).await
    }

    /// A part of the lineage graph.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the start is not known; otherwise as [`ClientError`] says.
    pub async fn lineage(&self, query: &LineageQuery) -> Result<LineageAnswer, ClientError> {
        self.get(with(self.url(&["lineage"]), query)).await
    }

    /// Whom a change may reach.
    ///
    /// # Errors
    /// As [`Client::lineage`].
    pub async fn impact(&self, query: &ImpactQuery) -> Result<Page<Affected>, ClientError> {
        self.get(with(self.url(&["impact"]), query)).await
    }

    /// Tells reads of a domain's ports.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller is not the domain's service; otherwise as [`ClientError`] says.
    pub async fn record_reads(&self, reads: &RecordReads) -> Result<ReadsRecorded, ClientError> {
        self.post(self.url(&["consumption"]), reads).await
    }

    /// Who reads a port.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when there is no such port, or it is not the caller's to know; otherwise as
    /// [`ClientError`] says.
    pub async fn readers(&self, port: &PortName, query: &ReadersQuery) -> Result<Page<PortReader>, ClientError> {
        self.get(with(self.url(&["ports", port.domain(), port.port(), "readers"]), query)).await
    }

    /// Ports that nobody reads.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn unused_ports(&self, query: &UnusedPortsQuery) -> Result<Page<UnusedPort>, ClientError> {
        self.get(with(self.url(&["reports", "unused-ports"]), query)).await
    }
}

/// An address with the fields of `query` that are set: texts, numbers, words and times, which JSON writes as a URL does.
fn with(mut url: Url, query: &impl Serialize) -> Url {
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(query) {
        let mut pairs = url.query_pairs_mut();
        for (name, value) in fields {
            match value {
                serde_json::Value::String(text) => pairs.append_pair(&name, &text),
                value => pairs.append_pair(&name, &value.to_string()),
            };
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage_graph::LineageDirection;

    #[test]
    fn a_query_is_written_as_it_is_read() {
        let query = LineageQuery {
            port: Some("lending.loans".into()),
            column: Some("a&b".into()),
            direction: LineageDirection::Upstream,
            depth: Some(3),
            ..LineageQuery::default()
        };
        let url = with("http://h/x".parse().expect("a url"), &query);
        assert_eq!(url.query(), Some("port=lending.loans&column=a%26b&direction=upstream&depth=3"));
    }
}
