//! What the service counts, in the Prometheus text format.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of latency buckets, in seconds.
const LATENCY_SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answer, Counter>,
    latency: Family<Operation, Histogram>,
    registrations: Family<Registered, Counter>,
    lineage: Family<LineageEvent, Counter>,
}

/// An operation. The route is the template that matched, never the path: paths are endless, and chosen by strangers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Registered {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LineageEvent {
    kind: &'static str,
    outcome: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("fince_governance");
        let requests = Family::<Answer, Counter>::default();
        let latency = Family::<Operation, Histogram>::new_with_constructor(|| Histogram::new(LATENCY_SECONDS));
        let registrations = Family::<Registered, Counter>::default();
        let lineage = Family::<LineageEvent, Counter>::default();
        registry.register("lineage_events", "Lineage events told, by outcome", lineage.clone());
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit("request_duration", "Time to answer a request", Unit::Seconds, latency.clone());
        registry.register("registrations", "Registrations asked for, by outcome", registrations.clone());
        registry.register("build", "The program", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
        Self { registry, requests, latency, registrations, lineage }
    }

    pub(crate) fn answered(&self, operation: Operation, status: u16, elapsed: Duration) {
        self.latency.get_or_create(&operation).observe(elapsed.as_secs_f64());
        let Operation { method, route } = operation;
        self.requests.get_or_create(&Answer { method, route, status }).inc();
    }

    /// Counts a registration: `kind` is `contract` or `product`.
    pub(crate) fn registered(&self, kind: &'static str, outcome: &'static str) {
        self.registrations.get_or_create(&Registered { kind, outcome }).inc();
    }

    /// Counts a lineage event: `kind` is `run`, `job`, `dataset` or `none`.
    pub(crate) fn told(&self, kind: &'static str, outcome: &'static str) {
        self.lineage.get_or_create(&LineageEvent { kind, outcome }).inc();
    }

    pub(crate) fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
