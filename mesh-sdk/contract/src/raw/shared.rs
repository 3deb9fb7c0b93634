//! Parts that ODCS and ODPS use everywhere.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Purpose, limitations and usage.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Description")]
pub(crate) struct RawDescription {
    /// What the data is for.
    pub(crate) purpose: Option<String>,
    /// What it must not be used for.
    pub(crate) limitations: Option<String>,
    /// How to use it.
    pub(crate) usage: Option<String>,
    /// Links to fuller descriptions.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
}

/// A link to a term defined elsewhere.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "AuthoritativeDefinition")]
pub(crate) struct RawDefinition {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Where it is.
    #[schemars(required)]
    pub(crate) url: Option<String>,
    /// Kind of definition.
    #[serde(rename = "type")]
    #[schemars(required)]
    pub(crate) kind: Option<String>,
    /// What it says.
    pub(crate) description: Option<String>,
}

/// An extension.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "CustomProperty")]
pub(crate) struct RawCustom {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name.
    #[schemars(required)]
    pub(crate) property: Option<String>,
    /// Value of any kind.
    #[schemars(required, with = "Value")]
    pub(crate) value: Option<Value>,
    /// What it is for.
    pub(crate) description: Option<String>,
}

/// Either one text or several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "OneOrMany")]
pub(crate) enum RawOneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl RawOneOrMany {
    pub(crate) fn to_vec(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::Many(texts) => texts.clone(),
        }
    }
}

/// Guidance for software that reads the contract (ODCS 3.2).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Context")]
pub(crate) enum RawContext {
    /// Instructions only.
    Instructions(String),
    /// Instructions with verified statements and constraints.
    Full(RawContextParts),
}

/// The parts of a context.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "ContextParts")]
pub(crate) struct RawContextParts {
    /// Guidance in natural language.
    pub(crate) instructions: Option<String>,
    /// Canonical questions, with answers where verified.
    #[serde(default)]
    pub(crate) verified_statements: Vec<RawStatement>,
    /// What must not be done.
    #[serde(default)]
    pub(crate) constraints: Vec<RawConstraint>,
}

/// A canonical question.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "VerifiedStatement")]
pub(crate) struct RawStatement {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// The question.
    #[schemars(required)]
    pub(crate) question: Option<String>,
    /// Its verified answer.
    pub(crate) answer: Option<String>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
}

/// What must not be done.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "ContextConstraint")]
pub(crate) struct RawConstraint {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// The constraint.
    #[schemars(required)]
    pub(crate) constraint: Option<String>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
}

/// Another name of a table or column (ODCS 3.2).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Synonym")]
pub(crate) struct RawSynonym {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// The other name.
    #[schemars(required)]
    pub(crate) synonym: Option<String>,
    /// When or why it is used.
    pub(crate) description: Option<String>,
    /// BCP 47 language tag.
    pub(crate) locale: Option<String>,
    /// Where it comes from.
    pub(crate) source: Option<String>,
    /// Lifecycle status.
    pub(crate) status: Option<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
}
