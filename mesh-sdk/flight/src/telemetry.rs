//! Spans and metrics of calls.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tonic::metadata::MetadataMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::refusal::Refusal;
use crate::trace_context;

/// Metric instruments, made once for a server.
pub(crate) struct Meters {
    calls: Counter<u64>,
    rows: Counter<u64>,
    bytes: Counter<u64>,
    duration_s: Histogram<f64>,
}

impl Meters {
    pub(crate) fn new() -> Self {
        let meter = opentelemetry::global::meter("mesh-flight");
        Self {
            calls: meter.u64_counter("flight.calls").with_description("calls, by command and outcome").build(),
            rows: meter.u64_counter("flight.rows").with_description("rows sent").build(),
            bytes: meter.u64_counter("flight.bytes").with_unit("By").with_description("Arrow bytes sent").build(),
            duration_s: meter
                .f64_histogram("flight.duration")
                .with_unit("s")
                .with_description("from a call to the end of its answer")
                .build(),
        }
    }
}

/// What one call did. It holds the call's place, and is reported when its last holder lets go.
pub(crate) struct Account {
    meters: std::sync::Arc<Meters>,
    started: Instant,
    rpc: &'static str,
    command: OnceLock<&'static str>,
    outcome: OnceLock<String>,
    rows: AtomicU64,
    bytes: AtomicU64,
    span: Span,
    _place: OwnedSemaphorePermit,
}

impl Account {
    pub(crate) fn open(
        meters: std::sync::Arc<Meters>,
        rpc: &'static str,
        span: Span,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            meters,
            started: Instant::now(),
            rpc,
            command: OnceLock::new(),
            outcome: OnceLock::new(),
            rows: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            span,
            _place: place,
        }
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Names the command, once it is known.
    pub(crate) fn command(&self, name: &'static str) {
        if self.command.set(name).is_ok() {
            self.span.record("command", name);
        }
    }

    pub(crate) fn failed(&self, refusal: &Refusal) {
        let code = refusal.code().to_string();
        self.span.record("fc.code", code.as_str());
        tracing::info!(parent: &self.span, code, "call refused");
        self.outcome.get_or_init(|| code);
    }

    pub(crate) fn sent(&self, rows: usize, bytes: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let (rows, bytes) = (self.rows.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed));
        self.span.record("rows", rows);
        let command = KeyValue::new("command", self.command.get().copied().unwrap_or(self.rpc));
        let outcome = KeyValue::new("outcome", self.outcome.get().cloned().unwrap_or_else(|| "ok".to_owned()));
        self.meters.rows.add(rows, std::slice::from_ref(&command));
        self.meters.bytes.add(bytes, std::slice::from_ref(&command));
        let labels = [command, outcome];
        self.meters.calls.add(1, &labels);
        self.meters.duration_s.record(self.started.elapsed().as_secs_f64(), &labels);
    }
}

/// The span of one call, a child of the caller's where the headers name one.
pub(crate) fn call_span(rpc: &'static str, headers: &MetadataMap) -> Span {
    let span = tracing::info_span!(
        "flight",
        otel.kind = "server",
        otel.name = rpc,
        rpc.system = "grpc",
        rpc.method = rpc,
        command = tracing::field::Empty,
        principal = tracing::field::Empty,
        purpose = tracing::field::Empty,
        rows = tracing::field::Empty,
        fc.code = tracing::field::Empty,
    );
    // Refused only where no tracing layer is installed, and then there is no trace to join.
    span.set_parent(trace_context::extract(headers)).ok();
    span
}
