//! What products found of their own data, and how service levels are kept.

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// How a major version of a port does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PortQuality {
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// The major version.
    pub major: u64,
    /// The run that ended last; absent when none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<PortRun>,
    /// The newest result of each rule that the last run with results checked, by rule.
    pub rules: Vec<QualityResult>,
    /// Each service level of the contract version that stands for this major: in force before others, released before announced.
    pub service_levels: Vec<ServiceLevel>,
    /// Whom it concerns when the port breaks what it promises.
    pub affected: QualityAffected,
}

/// Whom it concerns when a port breaks what it promises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QualityAffected {
    /// Ports that are made from it, near or far, by what is declared and observed.
    #[schema(example = json!(["lending.credit_exposure_v1"]))]
    pub ports: Vec<String>,
    /// Who read it or one of those in the last 90 days or has an agreement on one of them, as far as the asker may know.
    #[schema(example = json!(["omar"]))]
    pub consumers: Vec<String>,
    /// How many more consumers there are, whose names the asker may not know.
    pub consumers_untold: u64,
    /// Whether there are more ports or consumers than are counted here.
    pub is_cut: bool,
}

/// A run that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortRun {
    /// Its identity (OpenLineage `runId`).
    pub run: String,
    /// How it ended.
    pub state: RunState,
    /// When.
    pub at: DateTime<Utc>,
    /// The snapshot that it published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// A snapshot was published.
    Complete,
    /// The snapshot before stays in service.
    Failed,
    /// It was not begun, or was stopped.
    Aborted,
}

/// What a run found of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QualityResult {
    /// Name of the rule; of a rule without one, what it checks.
    #[schema(example = "not_null(loan_id)")]
    pub rule: String,
    /// Whether it held.
    pub held: bool,
    /// `error` keeps what breaks it from being published; `warning` does not.
    #[schema(example = "error")]
    pub severity: String,
    /// The column that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What it checks, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the measure had to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// The run.
    pub run: String,
    /// When the run ended.
    pub at: DateTime<Utc>,
}

/// Which results are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QualityRequest {
    /// Major version; the newest one that is registered when it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<u32>,
}

/// Which page of the results is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResultsRequest {
    /// Major version; the newest one that is registered when it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<u32>,
    /// Only of this rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 500)]
    pub rule: Option<String>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
}

/// A service level of a contract, and how it was kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ServiceLevel {
    /// The property, as the contract names it.
    #[schema(example = "latency")]
    pub property: String,
    /// Its value, as the contract states it: a number, a text, or whatever else a contract may say.
    pub value: Value,
    /// Unit of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "d")]
    pub unit: Option<String>,
    /// Why it cannot be judged from here; absent when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_judged: Option<String>,
    /// Whether it is kept at the moment; absent when that cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<bool>,
    /// How it was kept lately, shortest time first; empty when nothing is known.
    pub windows: Vec<ServiceLevelWindow>,
}

/// How a service level was kept in the days before now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ServiceLevelWindow {
    /// Length of the window, in days. What was before the first known run is left out.
    pub days: u32,
    /// Share of the time, of the runs or of the checks that kept it, from 0 to 1.
    pub kept: f64,
    /// The share that has to keep it.
    pub objective: f64,
    /// What is left of the error budget (the share that may break it), from 1, untouched, to below 0, overdrawn.
    pub budget_left: f64,
}

impl RunState {
    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Complete, Self::Failed, Self::Aborted].into_iter().find(|state| state.as_str() == word)
    }
}
