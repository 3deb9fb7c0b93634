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

use super::TelemetrySettings;
use crate::failure::{Failure, codes};

const SERVICE: &str = "fince";

/// Our own rooms and the query engine. The transport's spans would outnumber them, and the exporter's own would feed it.
const TRACED: [&str; 8] =
    ["datafusion_tracing", "fince", "governance", "mesh_api", "mesh_engine", "mesh_flight", "mesh_sdk", "lending"];

/// Traces to the endpoint that the variables name.
pub(super) fn traces(settings: &TelemetrySettings) -> Result<SdkTracerProvider, Failure> {
    let exporter = SpanExporter::builder().with_tonic().build().map_err(|error| unusable("traces", &error))?;
    Ok(SdkTracerProvider::builder().with_resource(resource(settings)).with_batch_exporter(exporter).build())
}

/// Metrics to the endpoint that the variables name.
pub(super) fn metrics(settings: &TelemetrySettings) -> Result<SdkMeterProvider, Failure> {
    let exporter = MetricExporter::builder().with_tonic().build().map_err(|error| unusable("metrics", &error))?;
    Ok(SdkMeterProvider::builder().with_resource(resource(settings)).with_periodic_exporter(exporter).build())
}

/// The layer that turns spans of the log's framework into exported ones.
pub(super) fn layer<S>(traces: &SdkTracerProvider) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let traced = TRACED.map(|target| (target, LevelFilter::INFO));
    tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(SERVICE))
        .with_filter(Targets::new().with_targets(traced))
        .boxed()
}

fn resource(settings: &TelemetrySettings) -> Resource {
    // The builder reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES; a name given here would win over them.
    let resource = Resource::builder();
    if settings.named { resource.build() } else { resource.with_service_name(SERVICE).build() }
}

fn unusable(signal: &str, error: &dyn std::error::Error) -> Failure {
    Failure::environment(codes::TELEMETRY, format!("cannot export {signal}"))
        .because(error)
        .help("check OTEL_EXPORTER_OTLP_ENDPOINT (`http://host:4317`), or set OTEL_SDK_DISABLED=true")
}
