//! The resolved contract: what every other room reads. Parsing fills it; nothing else can make one.

mod access;
mod length;
mod party;
mod quality;
mod type_name;

use std::collections::BTreeMap;
use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use access::AccessApproval;
pub use length::Length;
pub use party::{Role, Server, SlaProperty, SupportChannel, TeamMember};
pub use quality::{Expectation, Measure, QualityRule, Severity};

/// A valid data contract (ODCS 3.1 or 3.2), resolved: references followed, defaults filled, types known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Contract {
    /// ODCS version of the document, such as `v3.1.0`.
    pub api_version: String,
    /// Identity of the contract over all its versions (ODCS `id`).
    pub id: String,
    /// Human name.
    pub name: Option<String>,
    /// Semantic version of this document.
    pub version: Version,
    /// Lifecycle status as the document states it.
    pub status: Status,
    /// Owning domain.
    pub domain: String,
    /// Data product that serves it.
    pub data_product: Option<String>,
    /// Tenant.
    pub tenant: Option<String>,
    /// Purpose, limitations, usage.
    pub description: Description,
    /// Free tags.
    pub tags: Vec<String>,
    /// Schema objects; a port's contract has exactly one, named as the port.
    pub objects: Vec<SchemaObject>,
    /// Where the data is served.
    pub servers: Vec<Server>,
    /// Service levels.
    pub sla: Vec<SlaProperty>,
    /// Who owns and works on it.
    pub team: Vec<TeamMember>,
    /// Where to ask.
    pub support: Vec<SupportChannel>,
    /// Roles that give access.
    pub roles: Vec<Role>,
    /// Links to terms defined elsewhere.
    pub definitions: Vec<Definition>,
    /// Extensions, by property name.
    pub custom: BTreeMap<String, Value>,
    /// Hash of the document's canonical form: white space, comments and key order do not change it.
    pub hash: ContractHash,
}

/// `sha256:` and 64 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContractHash(pub(crate) String);

/// ODCS `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being discussed.
    Proposed,
    /// Being written.
    Draft,
    /// In force.
    Active,
    /// In force, on its way out.
    Deprecated,
    /// No longer served.
    Retired,
}

/// ODCS `description`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// What the data is for.
    pub purpose: Option<String>,
    /// What it must not be used for.
    pub limitations: Option<String>,
    /// How to use it.
    pub usage: Option<String>,
}

/// One table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SchemaObject {
    /// Name.
    pub name: String,
    /// Name in storage, where it differs.
    pub physical_name: Option<String>,
    /// What it holds.
    pub description: Option<String>,
    /// Business name.
    pub business_name: Option<String>,
    /// What one row stands for (ODCS `dataGranularityDescription`).
    pub granularity: Option<String>,
    /// Columns in order.
    pub properties: Vec<Property>,
    /// Rules over the whole table.
    pub quality: Vec<QualityRule>,
    /// Tags.
    pub tags: Vec<String>,
    /// Foreign keys and other relationships, table level.
    pub relationships: Vec<Relationship>,
    /// Links to terms defined elsewhere.
    pub definitions: Vec<Definition>,
    /// Extensions.
    pub custom: BTreeMap<String, Value>,
}

/// One column, or one member of a nested object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Property {
    /// Column name.
    pub name: String,
    /// Name in storage, where it differs.
    pub physical_name: Option<String>,
    /// Business name.
    pub business_name: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// Resolved type: logical type, its parameters and nested members.
    pub data_type: DataType,
    /// ODCS `physicalType` as written.
    pub physical_type: Option<String>,
    /// Null is not allowed.
    pub required: bool,
    /// No value stands twice.
    pub unique: bool,
    /// 1-based position in the primary key.
    pub primary_key_position: Option<u32>,
    /// 1-based position in the partition key.
    pub partition_position: Option<u32>,
    /// What values are allowed.
    pub constraints: Constraints,
    /// Column rules.
    pub quality: Vec<QualityRule>,
    /// `public`, `internal`, `confidential`, `restricted`.
    pub classification: Option<Classification>,
    /// Unit: ISO 4217 currency, `percent/year`, `months`, … (custom property `unit`).
    pub unit: Option<String>,
    /// ODCS `criticalDataElement`.
    pub critical: bool,
    /// Examples as written.
    pub examples: Vec<Value>,
    /// Tags.
    pub tags: Vec<String>,
    /// References to columns of other objects, `object.property` or `port.object.property`.
    pub relationships: Vec<Relationship>,
    /// Where its values come from.
    pub transform: Option<Transform>,
    /// Links to terms defined elsewhere.
    pub definitions: Vec<Definition>,
    /// Extensions.
    pub custom: BTreeMap<String, Value>,
}

/// A resolved column type; each maps to one Arrow and one Delta type.
#[derive(Clone, Debug, PartialEq)]
pub enum DataType {
    /// UTF-8 text.
    String,
    /// Signed integer of 8, 16, 32 or 64 bits.
    Integer {
        /// 8, 16, 32 or 64.
        bits: u8,
    },
    /// Exact decimal.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits behind the point, at most `precision`.
        scale: u8,
    },
    /// IEEE 754 of 32 or 64 bits; never for money.
    Float {
        /// 32 or 64.
        bits: u8,
    },
    /// True or false.
    Boolean,
    /// Calendar day.
    Date,
    /// Instant in microseconds; `utc` false is a local time without a zone.
    Timestamp {
        /// Whether it is an instant in UTC.
        utc: bool,
    },
    /// Time of day in microseconds, kept as text in storage (Delta has no such type).
    Time,
    /// Bytes.
    Binary,
    /// Nested members.
    Object(Vec<Property>),
    /// Items of one type.
    Array(Box<Property>),
}

/// Limits on values (ODCS `logicalTypeOptions`, and `enum` where the version has it).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints {
    /// The only values allowed; empty: any. Also filled from an `invalidValues` rule's `validValues` that tolerates none.
    pub enumeration: Vec<Value>,
    /// Regular expression that the whole text must match.
    pub pattern: Option<String>,
    /// ODCS `format`.
    pub format: Option<String>,
    /// Fewest characters.
    pub length_min: Option<u64>,
    /// Most characters.
    pub length_max: Option<u64>,
    /// Lowest value.
    pub minimum: Option<Bound>,
    /// Highest value.
    pub maximum: Option<Bound>,
    /// Numbers must be a multiple of this.
    pub multiple_of: Option<f64>,
    /// Fewest items of an array.
    pub items_min: Option<u64>,
    /// Most items of an array.
    pub items_max: Option<u64>,
    /// No item twice in an array.
    pub items_unique: bool,
}

/// One end of a range, as written: a number, or a date or timestamp as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The value.
    pub value: Value,
    /// Whether the value itself is outside.
    pub exclusive: bool,
}

/// How sensitive data is; ordered from open to closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Classification {
    /// Anyone.
    Public,
    /// Anyone in the bank.
    Internal,
    /// Those who need it.
    Confidential,
    /// Named persons for named purposes.
    Restricted,
}

/// ODCS `relationships`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// Kind, `foreignKey` unless written otherwise.
    pub kind: String,
    /// Columns here.
    pub from: Vec<String>,
    /// Columns there.
    pub to: Vec<String>,
}

/// Where a column's values come from (ODCS `transform…`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transform {
    /// Source objects.
    pub sources: Vec<String>,
    /// Logic as text.
    pub logic: Option<String>,
    /// Words for people.
    pub description: Option<String>,
}

/// ODCS `authoritativeDefinitions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Kind of definition.
    pub kind: String,
    /// Where it is.
    pub url: String,
}

impl SchemaObject {
    /// Primary-key columns in key order; empty when there is none.
    #[must_use]
    pub fn primary_key(&self) -> Vec<&Property> {
        let mut key: Vec<&Property> =
            self.properties.iter().filter(|property| property.primary_key_position.is_some()).collect();
        key.sort_by_key(|property| property.primary_key_position);
        key
    }

    /// The column of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

impl ContractHash {
    /// `sha256:…`
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContractHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
