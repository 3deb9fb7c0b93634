//! Schema objects and properties as written.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::party::RawScalar;
use super::quality::RawQuality;
use super::shared::{RawContext, RawCustom, RawDefinition, RawOneOrMany, RawSynonym};

/// A table.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "SchemaObject")]
pub(crate) struct RawObject {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// `table`, `view`, `topic`, …
    pub(crate) physical_type: Option<String>,
    /// What it holds.
    pub(crate) description: Option<String>,
    /// Business name.
    pub(crate) business_name: Option<String>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// `object`.
    #[schemars(extend("enum" = ["object"]))]
    pub(crate) logical_type: Option<String>,
    /// Name in storage.
    pub(crate) physical_name: Option<String>,
    /// What one row stands for.
    pub(crate) data_granularity_description: Option<String>,
    /// Columns.
    #[serde(default)]
    pub(crate) properties: Vec<RawProperty>,
    /// Foreign keys.
    #[serde(default)]
    pub(crate) relationships: Vec<RawRelationship>,
    /// Rules over the whole table.
    #[serde(default)]
    pub(crate) quality: Vec<RawQuality>,
    /// Other names (3.2).
    pub(crate) synonyms: Option<Vec<RawSynonym>>,
    /// Guidance for software (3.2).
    pub(crate) context: Option<RawContext>,
}

/// A column, a nested member, or the item of an array.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Property")]
pub(crate) struct RawProperty {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name; an array's item needs none.
    pub(crate) name: Option<String>,
    /// Type in storage, with its parameters.
    pub(crate) physical_type: Option<String>,
    /// What it means.
    pub(crate) description: Option<String>,
    /// Business name.
    pub(crate) business_name: Option<String>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// Whether it is part of the primary key.
    pub(crate) primary_key: Option<bool>,
    /// 1-based position in the primary key.
    pub(crate) primary_key_position: Option<i64>,
    /// Type.
    #[schemars(extend("enum" = ["string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean", "map"]))]
    pub(crate) logical_type: Option<String>,
    /// Limits on values.
    pub(crate) logical_type_options: Option<RawOptions>,
    /// Name in storage.
    pub(crate) physical_name: Option<String>,
    /// Null is not allowed.
    pub(crate) required: Option<bool>,
    /// No value stands twice.
    pub(crate) unique: Option<bool>,
    /// Whether the table is partitioned by it.
    pub(crate) partitioned: Option<bool>,
    /// 1-based position in the partition key.
    pub(crate) partition_key_position: Option<i64>,
    /// How sensitive it is.
    pub(crate) classification: Option<String>,
    /// Column that holds the encrypted value.
    pub(crate) encrypted_name: Option<String>,
    /// Source objects.
    #[serde(default)]
    pub(crate) transform_source_objects: Vec<String>,
    /// How it is computed.
    pub(crate) transform_logic: Option<String>,
    /// How it is computed, for people.
    pub(crate) transform_description: Option<String>,
    /// Sample values.
    #[serde(default)]
    pub(crate) examples: Vec<Value>,
    /// Whether reports to the regulator depend on it.
    pub(crate) critical_data_element: Option<bool>,
    /// Foreign keys from this column.
    #[serde(default)]
    pub(crate) relationships: Vec<RawRelationship>,
    /// Column rules.
    #[serde(default)]
    pub(crate) quality: Vec<RawQuality>,
    /// Members of an object.
    pub(crate) properties: Option<Vec<RawProperty>>,
    /// Item of an array.
    pub(crate) items: Option<Box<RawProperty>>,
    /// The only values allowed (3.2).
    #[serde(rename = "enum")]
    #[schemars(extend("minItems" = 1))]
    pub(crate) enumeration: Option<Vec<RawEnumValue>>,
    /// Key and value of a map (3.2).
    pub(crate) map: Option<RawMap>,
    /// Role in analysis (3.2).
    #[schemars(extend("enum" = ["column", "measure", "dimension"]))]
    pub(crate) semantic_type: Option<String>,
    /// Other names (3.2).
    pub(crate) synonyms: Option<Vec<RawSynonym>>,
}

/// One allowed value (ODCS 3.2).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "EnumValue")]
pub(crate) struct RawEnumValue {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// The value.
    #[schemars(required, with = "RawScalar")]
    pub(crate) value: Option<Value>,
    /// For display.
    pub(crate) label: Option<String>,
    /// What it stands for.
    pub(crate) description: Option<String>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
}

/// Key and value of a map (ODCS 3.2).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Map")]
pub(crate) struct RawMap {
    /// The key.
    #[schemars(required)]
    pub(crate) key: Option<Box<RawProperty>>,
    /// The value.
    #[schemars(required)]
    pub(crate) value: Option<Box<RawProperty>>,
}

/// Limits on values; which apply depends on the logical type.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "LogicalTypeOptions")]
pub(crate) struct RawOptions {
    /// Fewest characters.
    #[schemars(extend("minimum" = 0))]
    pub(crate) min_length: Option<i64>,
    /// Most characters.
    #[schemars(extend("minimum" = 0))]
    pub(crate) max_length: Option<i64>,
    /// Regular expression.
    pub(crate) pattern: Option<String>,
    /// Format of a text, a date, or width of a number.
    pub(crate) format: Option<String>,
    /// Lowest value.
    #[schemars(with = "RawLimit")]
    #[serde(default)]
    pub(crate) minimum: Option<Value>,
    /// Highest value.
    #[schemars(with = "RawLimit")]
    #[serde(default)]
    pub(crate) maximum: Option<Value>,
    /// Values are above this.
    #[schemars(with = "RawLimit")]
    #[serde(default)]
    pub(crate) exclusive_minimum: Option<Value>,
    /// Values are below this.
    #[schemars(with = "RawLimit")]
    #[serde(default)]
    pub(crate) exclusive_maximum: Option<Value>,
    /// Numbers are a multiple of this.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub(crate) multiple_of: Option<f64>,
    /// Whether a timestamp has a time zone.
    pub(crate) timezone: Option<bool>,
    /// Time zone of timestamps that state none.
    pub(crate) default_timezone: Option<String>,
    /// Fewest items.
    #[schemars(extend("minimum" = 0))]
    pub(crate) min_items: Option<i64>,
    /// Most items.
    #[schemars(extend("minimum" = 0))]
    pub(crate) max_items: Option<i64>,
    /// No item twice.
    pub(crate) unique_items: Option<bool>,
    /// Fewest members.
    #[schemars(extend("minimum" = 0))]
    pub(crate) min_properties: Option<i64>,
    /// Most members.
    #[schemars(extend("minimum" = 0))]
    pub(crate) max_properties: Option<i64>,
    /// Members that must be there.
    pub(crate) required: Option<Vec<String>>,
}

/// A number, or a date or timestamp as text.
#[derive(JsonSchema)]
#[schemars(rename = "Limit", transparent)]
pub(crate) struct RawLimit(#[schemars(extend("type" = ["string", "number"]))] Value);

/// A reference to columns of other objects.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Relationship")]
pub(crate) struct RawRelationship {
    /// Kind.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["foreignKey"]))]
    pub(crate) kind: Option<String>,
    /// Columns here; a column's own relationships leave it out.
    pub(crate) from: Option<RawOneOrMany>,
    /// Columns there.
    #[schemars(required)]
    pub(crate) to: Option<RawOneOrMany>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
}
