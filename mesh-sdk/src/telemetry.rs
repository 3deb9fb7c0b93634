//! Log, traces and metrics of a process: always a log; OpenTelemetry only when the standard variables name an endpoint.

mod export;
mod log;
mod panics;
mod settings;

use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

pub use log::{Log, LogFormat};
pub use settings::TelemetrySettings;

/// What has to be flushed before the process ends.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

/// Why a process has no log, or exports nothing.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter of the log cannot be understood.
    #[error("`{filter}` is no log filter")]
    Filter {
        /// As it was given.
        filter: String,
        /// Where it breaks off.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The variables name an endpoint that cannot be used.
    #[error("cannot export {signal}")]
    Export {
        /// `traces` or `metrics`.
        signal: &'static str,
        /// What is wrong with it.
        source: opentelemetry_otlp::ExporterBuildError,
    },
    /// The process has a log already.
    #[error("cannot start the log")]
    Started(#[source] tracing_subscriber::util::TryInitError),
}

impl TelemetryError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Filter { .. } => Some("write a level (`info`), or levels by module (`warn,mesh_engine=debug`)"),
            Self::Export { .. } => {
                Some("check OTEL_EXPORTER_OTLP_ENDPOINT (`http://host:4317`), or set OTEL_SDK_DISABLED=true")
            }
            Self::Started(_) => None,
        }
    }
}

impl Telemetry {
    /// Starts it, once in a process. `service` is what the process is called in exported telemetry unless the standard
    /// variables name it. Needs the runtime when something is exported.
    ///
    /// # Errors
    /// When the log filter or an endpoint cannot be understood.
    pub fn start<W>(service: &'static str, log: Log<W>, settings: &TelemetrySettings) -> Result<Self, TelemetryError>
    where
        W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    {
        // Set even when nothing is exported: a trace that passes through keeps its identity.
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
        let log = log.layer()?;
        let traces = settings.traces.then(|| export::traces(service, settings)).transpose()?;
        let metrics = settings.metrics.then(|| export::metrics(service, settings)).transpose()?;
        if let Some(metrics) = &metrics {
            opentelemetry::global::set_meter_provider(metrics.clone());
        }
        let spans = traces.as_ref().map(|traces| export::layer(service, traces));
        if let Some(traces) = &traces {
            opentelemetry::global::set_tracer_provider(traces.clone());
        }
        tracing_subscriber::registry().with(log).with(spans).try_init().map_err(TelemetryError::Started)?;
        panics::tell_the_log();
        Ok(Self { traces, metrics })
    }

    /// Sends what is still held.
    ///
    /// # Errors
    /// When the collector does not take it.
    pub async fn flush(self) -> OTelSdkResult {
        let Self { traces, metrics } = self;
        if traces.is_none() && metrics.is_none() {
            return Ok(());
        }
        // The exporters block while they send; the runtime's own threads must stay free to do the sending.
        let flushed = tokio::task::spawn_blocking(move || {
            let traces = traces.map_or(Ok(()), |traces| traces.shutdown());
            let metrics = metrics.map_or(Ok(()), |metrics| metrics.shutdown());
            traces.and(metrics)
        });
        flushed.await.unwrap_or(Ok(()))
    }
}
