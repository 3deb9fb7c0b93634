//! Log, traces and metrics: always a log on stderr; OpenTelemetry only when the standard variables name an endpoint.

mod export;
mod log;
mod panics;
mod settings;

use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::arguments::Logging;
use crate::failure::{Failure, codes};
use crate::output::Output;

pub(crate) use settings::TelemetrySettings;

/// What has to be flushed before the process ends.
pub(crate) struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

/// Starts it, once in a process. Needs the runtime when something is exported.
///
/// # Errors
/// When the log filter or an endpoint cannot be understood.
pub(crate) fn start(logging: &Logging, settings: &TelemetrySettings, output: &Output) -> Result<Telemetry, Failure> {
    // Set even when nothing is exported: a trace that passes through keeps its identity.
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let log = log::layer(logging, output)?;
    let traces = settings.traces.then(|| export::traces(settings)).transpose()?;
    let metrics = settings.metrics.then(|| export::metrics(settings)).transpose()?;
    if let Some(metrics) = &metrics {
        opentelemetry::global::set_meter_provider(metrics.clone());
    }
    let spans = traces.as_ref().map(export::layer);
    if let Some(traces) = &traces {
        opentelemetry::global::set_tracer_provider(traces.clone());
    }
    tracing_subscriber::registry()
        .with(log)
        .with(spans)
        .try_init()
        .map_err(|error| Failure::environment(codes::TELEMETRY, "cannot start the log").because(&error))?;
    panics::tell_the_log();
    Ok(Telemetry { traces, metrics })
}

impl Telemetry {
    /// Sends what is still held. A collector that does not answer is told of, and never fails the command.
    pub(crate) async fn flush(self, output: &Output) {
        let Self { traces, metrics } = self;
        if traces.is_none() && metrics.is_none() {
            return;
        }
        // The exporters block while they send; the runtime's own threads must stay free to do the sending.
        let flushed = tokio::task::spawn_blocking(move || {
            let traces = traces.map_or(Ok(()), |traces| traces.shutdown());
            let metrics = metrics.map_or(Ok(()), |metrics| metrics.shutdown());
            traces.and(metrics)
        });
        if let Ok(Err(error)) = flushed.await {
            output.note(&format!("warning: telemetry could not be exported: {error}"));
        }
    }
}
