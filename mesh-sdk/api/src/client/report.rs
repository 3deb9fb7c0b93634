//! Reports over all that governance knows, for who governs.

use super::catalog::paged;
use super::{Client, ClientError, queried};
use crate::page::{Page, PageRequest};
use crate::report::{ReportedEdge, ReportedPort, ReportedResult, ReportedResultsQuery};

impl Client {
    /// Major versions of ports, by name, with what is known of each.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller is not of governance; otherwise as [`ClientError`] says.
    pub async fn report_ports(&self, page: &PageRequest) -> Result<Page<ReportedPort>, ClientError> {
        self.get(paged(self.url(&["reports", "ports"]), page)).await
    }

    /// Edges of the lineage graph of now.
    ///
    /// # Errors
    /// As [`Client::report_ports`].
    pub async fn report_lineage_edges(&self, page: &PageRequest) -> Result<Page<ReportedEdge>, ClientError> {
        self.get(paged(self.url(&["reports", "lineage-edges"]), page)).await
    }

    /// What runs found of the rules of all ports, in the order in which governance heard of the runs.
    ///
    /// # Errors
    /// As [`Client::report_ports`].
    pub async fn report_quality_results(
        &self,
        query: &ReportedResultsQuery,
    ) -> Result<Page<ReportedResult>, ClientError> {
        self.get(queried(self.url(&["reports", "quality-results"]), query)).await
    }
}
