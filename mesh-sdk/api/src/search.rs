//! Searching the catalog.

use mesh_contract::PortName;
use mesh_contract::model::Classification;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contract::RegistrationStatus;

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchRequest {
    /// Words, in any order; the last one may be unfinished. Without any, everything is found, by name. The first 16 words
    /// count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 1000, example = "loan amount")]
    pub q: Option<String>,
    /// Only of this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "lending")]
    pub domain: Option<String>,
    /// Only of this classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<ClassificationLabel>)]
    pub classification: Option<Classification>,
    /// Only of this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub status: Option<RegistrationStatus>,
    /// Only of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub kind: Option<EntryKind>,
    /// Only what was published this recently.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub freshness: Option<Freshness>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
}

/// One page of what was found, best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// The entries.
    pub items: Vec<SearchHit>,
    /// Give it back as `cursor`, beside the same words and filters, for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many entries there are in all pages.
    pub total: u64,
    /// What can be narrowed down, and to how many entries.
    pub facets: SearchFacets,
    /// Number of the last event that the index has seen: what was registered before it is found.
    pub as_of: u64,
}

/// An entry of the catalog that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchHit {
    /// What it is.
    pub kind: EntryKind,
    /// Its whole name: `lending`, `lending.loans`, `lending.loans.loan_id`.
    #[schema(example = "lending.loans.loan_id")]
    pub name: String,
    /// The domain.
    #[schema(example = "lending")]
    pub domain: String,
    /// The port, of ports and columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "lending.loans")]
    pub port: Option<PortName>,
    /// The column within the port, of columns; members of nested columns behind a point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Registered version that this is taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How sensitive it is: of a port, its most sensitive column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ClassificationLabel>)]
    pub classification: Option<Classification>,
    /// Where its contract version is in its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<RegistrationStatus>,
    /// Who answers for it, of products and ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// Tags, and links to terms defined elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// Where the words stand.
    pub highlights: Vec<Highlight>,
}

/// A text in which words that were searched for are marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Highlight {
    /// Member of the entry that the text is (an excerpt) of: `name`, `title`, `description`, `owners`, `terms`.
    #[schema(example = "description")]
    pub field: String,
    /// The text in parts, in order. It is plain text: whoever shows it escapes it.
    pub parts: Vec<HighlightPart>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HighlightPart {
    /// The text.
    pub text: String,
    /// Whether it is a word that was searched for.
    pub marked: bool,
}

/// How many entries there are of each value. A filter does not narrow its own values, so that another can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchFacets {
    /// The 100 domains with the most entries.
    pub domain: Vec<FacetCount>,
    /// Classifications.
    pub classification: Vec<FacetCount>,
    /// Statuses.
    pub status: Vec<FacetCount>,
    /// Kinds of entries.
    pub kind: Vec<FacetCount>,
    /// How recently published, of ports and columns.
    pub freshness: Vec<FacetCount>,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetCount {
    /// The value, as a filter takes it.
    #[schema(example = "lending")]
    pub value: String,
    /// Entries.
    pub count: u64,
}

/// What an entry of the catalog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A data product.
    Product,
    /// A port.
    Port,
    /// A column of a port.
    Column,
}

/// How long ago a port was last published, in whole steps: each holds what the ones before do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// Within the hour.
    Hour,
    /// Within the day.
    Day,
    /// Within seven days.
    Week,
    /// Before that.
    Older,
    /// No run is known.
    Unknown,
}

/// How sensitive data is, as contracts say: describes `mesh_contract::model::Classification`, whose crate knows no OpenAPI.
#[derive(ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClassificationLabel {
    /// Anyone.
    Public,
    /// Anyone in the bank.
    Internal,
    /// Those who need it.
    Confidential,
    /// Named persons for named purposes.
    Restricted,
}

impl SearchRequest {
    /// Longest text, in characters.
    pub const LENGTH_MAX: usize = 1000;
    /// Entries in a page when the request does not say.
    pub const LIMIT_DEFAULT: u32 = 20;
    /// Most entries in a page.
    pub const LIMIT_MAX: u32 = 100;
}

impl EntryKind {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Port => "port",
            Self::Column => "column",
        }
    }
}

impl Freshness {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Older => "older",
            Self::Unknown => "unknown",
        }
    }
}
