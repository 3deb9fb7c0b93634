//! Which list of governance fills which port, and what of a row is news.

use std::time::Duration;

use mesh_api::{AgreementQuery, AuditQuery, Client, ClientError, Page, PageRequest, ReportedResultsQuery};
use serde::Serialize;
use serde_json::Value;

use crate::{DOMAIN, PRINCIPAL};

/// What a run of a port changes in the row of the port.
const OF_RUNS: [&str; 4] = ["published_at", "last_run", "rules", "rules_broken"];

/// A port, and the list that fills it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Ports,
    LineageEdges,
    Agreements,
    QualityResults,
    Audit,
}

impl Source {
    pub(crate) const ALL: [Self; 5] =
        [Self::Ports, Self::LineageEdges, Self::Agreements, Self::QualityResults, Self::Audit];

    /// The port's name within the product, which is its input's too.
    pub(crate) fn port(self) -> &'static str {
        match self {
            Self::Ports => "ports",
            Self::LineageEdges => "lineage_edges",
            Self::Agreements => "agreements",
            Self::QualityResults => "quality_results",
            Self::Audit => "audit",
        }
    }

    /// Whether rows are only ever added, each behind those before it: such a list is read on from where it was read to.
    pub(crate) fn grows(self) -> bool {
        matches!(self, Self::QualityResults | Self::Audit)
    }

    /// How long a port that was published waits until it is published again, unless somebody asks. Each read of the mesh is a
    /// record of the trail, so there is always news of it, and its rules look at all of it each time.
    pub(crate) fn pause(self) -> Duration {
        match self {
            Self::Ports | Self::LineageEdges | Self::Agreements | Self::QualityResults => Duration::ZERO,
            Self::Audit => Duration::from_secs(15 * 60),
        }
    }

    /// One page of the list, of a list that grows from behind `after` on.
    pub(crate) async fn page(
        self,
        client: &Client,
        after: Option<u64>,
        cursor: Option<String>,
    ) -> Result<Page<Value>, ClientError> {
        let limit = Some(PageRequest::LIMIT_MAX);
        Ok(match self {
            Self::Ports => rows(client.report_ports(&PageRequest { cursor, limit }).await?),
            Self::LineageEdges => rows(client.report_lineage_edges(&PageRequest { cursor, limit }).await?),
            Self::Agreements => {
                rows(client.agreements(&AgreementQuery { cursor, limit, ..AgreementQuery::default() }).await?)
            }
            Self::QualityResults => {
                rows(client.report_quality_results(&ReportedResultsQuery { after, cursor, limit }).await?)
            }
            Self::Audit => {
                let query = AuditQuery { after, cursor, limit, ..AuditQuery::default() };
                let mut page = rows(client.audit(&query).await?);
                page.items.iter_mut().for_each(|row| as_text(row, "detail"));
                page
            }
        })
    }

    /// The number by which a list that grows is read on.
    pub(crate) fn position(self, row: &Value) -> Option<u64> {
        let member = if self == Self::Audit { "sequence" } else { "heard" };
        row.get(member).and_then(Value::as_u64)
    }

    /// What of a row is news when it was not there before. What this product's own runs leave in governance is none: it would
    /// be published, by a run that leaves as much again.
    pub(crate) fn news(self, row: &Value) -> Option<Value> {
        let text = |member: &str| row.get(member).and_then(Value::as_str);
        let domain = text("port").and_then(|port| port.split_once('.')).map(|(domain, _)| domain);
        if domain != Some(DOMAIN) && text("actor") != Some(PRINCIPAL) {
            return Some(row.clone());
        }
        match self {
            Self::QualityResults | Self::Audit => None,
            Self::Ports => {
                let mut row = row.clone();
                if let Some(members) = row.as_object_mut() {
                    members.retain(|name, _| !OF_RUNS.contains(&name.as_str()));
                }
                Some(row)
            }
            Self::LineageEdges | Self::Agreements => Some(row.clone()),
        }
    }
}

fn rows<T: Serialize>(page: Page<T>) -> Page<Value> {
    // Answers are made of names, texts and numbers, which JSON can say.
    let items = page.items.iter().map(|item| serde_json::to_value(item).unwrap_or_default());
    Page { items: items.collect(), next: page.next }
}

/// A member that is any JSON, as its text.
fn as_text(row: &mut Value, member: &str) {
    if let Some(value) = row.get_mut(member) {
        *value = Value::String(value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_own_runs_leave_behind_is_no_news() {
        let result = |port: &str| json!({"port": port, "rule": "r", "heard": 7});
        assert_eq!(Source::QualityResults.news(&result("governance.ports")), None);
        assert_eq!(Source::QualityResults.news(&result("governance2.ports")), Some(result("governance2.ports")));
        let port = |name: &str, rules: u64| json!({"port": name, "status": "active", "rules": rules});
        let news = |row: Value| Source::Ports.news(&row);
        assert_eq!(news(port("governance.ports", 1)), news(port("governance.ports", 2)));
        assert_ne!(news(port("lending.loans", 1)), news(port("lending.loans", 2)));
        let status = |status: &str| json!({"port": "governance.ports", "status": status});
        assert_ne!(news(status("proposed")), news(status("active")));
        let record = |actor: &str| Source::Audit.news(&json!({"sequence": 1, "actor": actor}));
        assert!(record("product:governance").is_none() && record("officer").is_some());
        let agreement = json!({"port": "governance.ports", "id": "agr-1"});
        assert_eq!(Source::Agreements.news(&agreement), Some(agreement));
    }

    #[test]
    fn a_detail_is_text_and_a_position_a_number() {
        let mut record = json!({"sequence": 3, "detail": {"reason": "seen"}});
        as_text(&mut record, "detail");
        assert_eq!(record["detail"], r#"{"reason":"seen"}"#);
        assert_eq!(Source::Audit.position(&record), Some(3));
        assert_eq!(Source::QualityResults.position(&json!({"heard": 4})), Some(4));
    }
}
