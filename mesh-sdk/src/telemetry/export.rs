//! Export by OTLP over gRPC.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{MetricExporter, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

use super::{TelemetryError, TelemetrySettings};

/// The rooms whose spans are exported, beside the process's own crate. The transport's spans would outnumber them, and the
/// exporter's own would feed it.
const TRACED: [&str; 5] = ["governance", "mesh_api", "mesh_engine", "mesh_flight", "mesh_sdk"];

/// Traces to the endpoint that the variables name.
pub(super) fn traces(service: &'static str, settings: &TelemetrySettings) -> Result<SdkTracerProvider, TelemetryError> {
    let unusable = |source| TelemetryError::Export { signal: "traces", source };
    let exporter = SpanExporter::builder().with_tonic().build().map_err(unusable)?;
    Ok(SdkTracerProvider::builder().with_resource(resource(service, settings)).with_batch_exporter(exporter).build())
}

/// Metrics to the endpoint that the variables name.
pub(super) fn metrics(service: &'static str, settings: &TelemetrySettings) -> Result<SdkMeterProvider, TelemetryError> {
    let unusable = |source| TelemetryError::Export { signal: "metrics", source };
    let exporter = MetricExporter::builder().with_tonic().build().map_err(unusable)?;
    Ok(SdkMeterProvider::builder().with_resource(resource(service, settings)).with_periodic_exporter(exporter).build())
}

/// The layer that turns spans of the log's framework into exported ones.
pub(super) fn layer<S>(service: &'static str, traces: &SdkTracerProvider) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let traced = TRACED.into_iter().chain([service]).map(|target| (target, LevelFilter::INFO));
    tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(service))
        .with_filter(Targets::new().with_targets(traced))
        .boxed()
}

fn resource(service: &'static str, settings: &TelemetrySettings) -> Resource {
    // The builder reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES; a name given here would win over them.
    let resource = Resource::builder();
    if settings.named { resource.build() } else { resource.with_service_name(service).build() }
}
