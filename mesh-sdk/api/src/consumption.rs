//! Reads of ports, as the data plane tells them, and who reads what.

use chrono::{DateTime, NaiveDate, Utc};
use mesh_contract::PortName;
use mesh_contract::diff::{Readers, Reading};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Reads of one domain's ports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `reads`")]
pub struct RecordReads {
    /// The reads; at most 1,000.
    #[schema(max_items = 1000)]
    pub reads: Vec<PortRead>,
}

impl RecordReads {
    /// Most reads in one call.
    pub const READS_MAX: usize = 1_000;
}

/// One query's read of one port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a read")]
pub struct PortRead {
    /// Identity of the read within the domain: told again, it counts once.
    #[schema(min_length = 1, max_length = 200)]
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    #[schema(example = "omar", min_length = 1, max_length = 200)]
    pub principal: String,
    /// Why, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "risk-reporting", min_length = 1, max_length = 200)]
    pub purpose: Option<String>,
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Major version of its contract.
    #[schema(maximum = 9007199254740991_u64)]
    pub major: u64,
    /// Columns read by name; empty when which ones is not known.
    #[serde(default)]
    #[schema(max_items = 10000)]
    pub columns: Vec<String>,
    /// Rows that were handed out.
    #[serde(default)]
    #[schema(maximum = 9007199254740991_u64)]
    pub rows: u64,
    /// The snapshot that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub snapshot: Option<String>,
}

/// What became of the reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadsRecorded {
    /// Reads that were new.
    pub new: usize,
    /// Reads that had been told before.
    pub known: usize,
}

/// Which readers are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadersQuery {
    /// Only of this major version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<u64>,
    /// Who read within so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 3650, default = 90)]
    pub days: Option<u32>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
}

/// Days that are looked back when a query does not say.
pub const READERS_DAYS_DEFAULT: u32 = 90;
/// Most days that can be looked back.
pub const READERS_DAYS_MAX: u32 = 3_650;

/// Somebody who reads a major version of a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortReader {
    /// Who.
    #[schema(example = "omar")]
    pub principal: String,
    /// Major version of the port's contract.
    pub major: u64,
    /// Why, as far as it was said.
    pub purposes: Vec<String>,
    /// Columns read by name.
    pub columns: Vec<String>,
    /// Whether some reads did not say which columns: it may have been any.
    pub columns_unknown: bool,
    /// Reads in the window.
    pub reads: u64,
    /// Rows that were handed out in the window.
    pub rows: u64,
    /// First day of reading in the window.
    pub first_read: NaiveDate,
    /// Last day of reading.
    pub last_read: NaiveDate,
}

impl PortReader {
    /// The readers of a port as diffs of its contract take them; the contract has one table.
    #[must_use]
    pub fn readers(of: &[Self]) -> Readers {
        let reading = |reader: &Self| Reading {
            principal: reader.principal.clone(),
            object: None,
            // Somebody who may have read any column is touched by a change of each.
            columns: if reader.columns_unknown { Default::default() } else { reader.columns.iter().cloned().collect() },
        };
        Readers { readings: of.iter().map(reading).collect() }
    }
}

/// Which ports are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnusedPortsQuery {
    /// Only of this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "lending")]
    pub domain: Option<String>,
    /// Ports that nobody read within so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 3650, default = 90)]
    pub days: Option<u32>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
}

/// A major version of a port that nobody reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnusedPort {
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Major version of its contract.
    pub major: u64,
    /// When its first version was registered.
    pub registered_at: DateTime<Utc>,
    /// The last day on which somebody read it, if anybody ever did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_read: Option<NaiveDate>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_did_not_say_what_was_read_may_have_read_anything() {
        let reader = |columns_unknown| PortReader {
            principal: "omar".into(),
            major: 1,
            purposes: vec![],
            columns: vec!["amount".into()],
            columns_unknown,
            reads: 1,
            rows: 1,
            first_read: NaiveDate::default(),
            last_read: NaiveDate::default(),
        };
        let columns = |unknown| PortReader::readers(&[reader(unknown)]).readings[0].columns.len();
        assert_eq!((columns(false), columns(true)), (1, 0));
    }
}
