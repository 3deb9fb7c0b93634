//! What is told about a port; the JSON form of `describe`.

use mesh_api::{PortDetail, RegistrationStatus, VersionDetail};
use mesh_contract::Contract;
use mesh_contract::model::{
    Classification, DataType, Expectation, Measure, Property, QualityRule, SchemaObject, Severity,
};
use serde::Serialize;
use serde_json::Value;

/// A port under one version of its contract.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    pub(super) port: String,
    pub(super) version: String,
    pub(super) status: RegistrationStatus,
    pub(super) contract: String,
    pub(super) hash: String,
    pub(super) name: Option<String>,
    pub(super) holds: Option<String>,
    pub(super) granularity: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) usage: Option<String>,
    pub(super) limitations: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) support: Vec<String>,
    pub(super) endpoint: Option<String>,
    pub(super) primary_key: Vec<String>,
    pub(super) columns: Vec<Column>,
    pub(super) checks: Vec<Check>,
    pub(super) service_levels: Vec<ServiceLevel>,
}

/// A column.
#[derive(Debug, Serialize)]
pub(super) struct Column {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) data_type: String,
    pub(super) unit: Option<String>,
    pub(super) required: bool,
    pub(super) unique: bool,
    pub(super) classification: Option<Classification>,
    pub(super) description: Option<String>,
}

/// A check that every snapshot passed.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    pub(super) column: Option<String>,
    pub(super) name: String,
    pub(super) rule: String,
    pub(super) severity: Severity,
    pub(super) description: Option<String>,
}

/// A promise about the service.
#[derive(Debug, Serialize)]
pub(super) struct ServiceLevel {
    pub(super) property: String,
    pub(super) value: Value,
    pub(super) unit: Option<String>,
    pub(super) element: Option<String>,
}

impl Facts {
    /// Gathers them.
    pub(super) fn new(port: &PortDetail, version: &VersionDetail, contract: &Contract) -> Self {
        let object = contract.objects.first();
        Self {
            port: port.summary.name.to_string(),
            version: contract.version.to_string(),
            status: version.summary.status,
            contract: contract.id.clone(),
            hash: version.summary.hash.clone(),
            name: contract.name.clone(),
            holds: object.and_then(|object| object.description.clone()),
            granularity: object.and_then(|object| object.granularity.clone()),
            purpose: contract.description.purpose.clone(),
            usage: contract.description.usage.clone(),
            limitations: contract.description.limitations.clone(),
            owner: crate::governance_client::owner_of(contract),
            support: contract
                .support
                .iter()
                .map(|way| way.url.clone().unwrap_or_else(|| way.channel.clone()))
                .collect(),
            endpoint: port.endpoint.as_ref().map(ToString::to_string),
            primary_key: object.map(key).unwrap_or_default(),
            columns: object.map(|object| object.properties.iter().map(column).collect()).unwrap_or_default(),
            checks: object.map(checks).unwrap_or_default(),
            service_levels: contract
                .sla
                .iter()
                .map(|level| ServiceLevel {
                    property: level.property.clone(),
                    value: level.value.clone(),
                    unit: level.unit.clone(),
                    element: level.element.clone(),
                })
                .collect(),
        }
    }
}

fn key(object: &SchemaObject) -> Vec<String> {
    object.primary_key().into_iter().map(|column| column.name.clone()).collect()
}

fn column(property: &Property) -> Column {
    Column {
        name: property.name.clone(),
        data_type: type_name(&property.data_type),
        unit: property.unit.clone(),
        required: property.required,
        unique: property.unique,
        classification: property.classification,
        description: property.description.clone(),
    }
}

/// A type in the words of SQL.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::String => "varchar".into(),
        DataType::Integer { bits: 8 } => "tinyint".into(),
        DataType::Integer { bits: 16 } => "smallint".into(),
        DataType::Integer { bits: 32 } => "int".into(),
        DataType::Integer { .. } => "bigint".into(),
        DataType::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        DataType::Float { bits: 32 } => "float".into(),
        DataType::Float { .. } => "double".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Date => "date".into(),
        DataType::Timestamp { utc: true } => "timestamp with time zone".into(),
        DataType::Timestamp { utc: false } => "timestamp".into(),
        DataType::Time => "time".into(),
        DataType::Binary => "binary".into(),
        DataType::Object(members) => {
            let members: Vec<_> =
                members.iter().map(|member| format!("{} {}", member.name, type_name(&member.data_type))).collect();
            format!("struct({})", members.join(", "))
        }
        DataType::Array(item) => format!("{}[]", type_name(&item.data_type)),
    }
}

fn checks(object: &SchemaObject) -> Vec<Check> {
    let table = object.quality.iter().map(|rule| check(None, rule));
    let columns =
        object.properties.iter().flat_map(|column| column.quality.iter().map(|rule| check(Some(&column.name), rule)));
    table.chain(columns).collect()
}

fn check(column: Option<&String>, rule: &QualityRule) -> Check {
    let measure = match &rule.measure {
        Measure::RowCount => "number of rows".to_owned(),
        Measure::NullValues => "null values".to_owned(),
        Measure::MissingValues(_) => "missing values".to_owned(),
        Measure::InvalidValues { .. } => "invalid values".to_owned(),
        Measure::DuplicateValues(_) => "duplicate values".to_owned(),
        Measure::Sql(_) => "result of its query".to_owned(),
        Measure::Text => "in words".to_owned(),
        Measure::Custom { engine } => format!("by {engine}"),
    };
    let unit = if rule.percent { " %" } else { "" };
    let expected = rule.expectation.map(|expectation| format!(" {}{unit}", expected(expectation))).unwrap_or_default();
    Check {
        column: column.cloned(),
        name: rule.name.clone(),
        rule: format!("{measure}{expected}"),
        severity: rule.severity,
        description: rule.description.clone(),
    }
}

fn expected(expectation: Expectation) -> String {
    match expectation {
        Expectation::Equal(n) => format!("= {n}"),
        Expectation::NotEqual(n) => format!("≠ {n}"),
        Expectation::Greater(n) => format!("> {n}"),
        Expectation::GreaterOrEqual(n) => format!("≥ {n}"),
        Expectation::Less(n) => format!("< {n}"),
        Expectation::LessOrEqual(n) => format!("≤ {n}"),
        Expectation::Between(low, high) => format!("from {low} to {high}"),
        Expectation::NotBetween(low, high) => format!("outside {low} to {high}"),
    }
}
