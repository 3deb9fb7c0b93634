//! Quality rules as written.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::shared::{RawCustom, RawDefinition};

/// A quality rule.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Quality")]
pub(crate) struct RawQuality {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// What a failure means for the business.
    pub(crate) business_impact: Option<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// Why the rule exists.
    pub(crate) description: Option<String>,
    /// Aspect of quality.
    #[schemars(extend("enum" = ["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]))]
    pub(crate) dimension: Option<String>,
    /// `reconciliation`, …
    pub(crate) method: Option<String>,
    /// Name of the rule.
    pub(crate) name: Option<String>,
    /// When the rule runs.
    pub(crate) schedule: Option<String>,
    /// What runs the rule.
    pub(crate) scheduler: Option<String>,
    /// `error` (default) blocks a publication, `warning` is reported.
    pub(crate) severity: Option<String>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Kind of rule; `library` unless written otherwise.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["text", "library", "sql", "custom"]))]
    pub(crate) kind: Option<String>,
    /// `rows` (default) or `percent`.
    pub(crate) unit: Option<String>,
    /// Metric of a `library` rule.
    #[schemars(extend("enum" = ["nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"]))]
    pub(crate) metric: Option<String>,
    /// Deprecated name of `metric`.
    pub(crate) rule: Option<String>,
    /// Arguments of a metric.
    pub(crate) arguments: Option<Map<String, Value>>,
    /// Query of an `sql` rule.
    pub(crate) query: Option<String>,
    /// Engine of a `custom` rule.
    pub(crate) engine: Option<String>,
    /// Rule in the words of its engine.
    #[schemars(extend("type" = ["string", "object"]))]
    pub(crate) implementation: Option<Value>,
    /// The measure equals this.
    #[schemars(with = "super::party::RawScalar")]
    #[serde(default)]
    pub(crate) must_be: Option<Value>,
    /// The measure differs from this.
    #[schemars(with = "super::party::RawScalar")]
    #[serde(default)]
    pub(crate) must_not_be: Option<Value>,
    /// The measure is above this.
    pub(crate) must_be_greater_than: Option<f64>,
    /// The measure is this or above.
    pub(crate) must_be_greater_or_equal_to: Option<f64>,
    /// The measure is below this.
    pub(crate) must_be_less_than: Option<f64>,
    /// The measure is this or below.
    pub(crate) must_be_less_or_equal_to: Option<f64>,
    /// The measure is between these two, ends included.
    #[schemars(extend("minItems" = 2, "maxItems" = 2))]
    pub(crate) must_be_between: Option<Vec<f64>>,
    /// The measure is outside these two.
    #[schemars(extend("minItems" = 2, "maxItems" = 2))]
    pub(crate) must_not_be_between: Option<Vec<f64>>,
}
