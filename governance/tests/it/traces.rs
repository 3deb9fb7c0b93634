//! What a request leaves in traces and logs.

use std::io::Write;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing::Instrument as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::documents::contract;
use crate::server::Ground;

/// Keeps what it is given.
#[derive(Clone, Debug)]
struct Kept<T>(Arc<Mutex<Vec<T>>>);

impl SpanExporter for Kept<SpanData> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("unpoisoned").extend(batch);
        Ok(())
    }
}

impl Write for Kept<u8> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_request_joins_the_trace_of_its_caller() {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let kept = Kept::<SpanData>(Arc::default());
    let provider = SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let server = Ground::sqlite().start().await;
    let caller = tracing::info_span!("caller");
    let trace = caller.context().span().span_context().trace_id();
    let lena = server.lena();
    lena.register_contract(&contract("lending", "loans", "1.0.0")).instrument(caller).await.expect("registered");
    server.stop().await;

    let spans = kept.0.lock().expect("unpoisoned");
    let request = spans.iter().find(|span| span.name == "POST /api/v1/contracts").expect("the request's span");
    assert_eq!((request.span_context.trace_id(), &request.span_kind), (trace, &SpanKind::Server));
}

#[tokio::test]
async fn logs_hold_one_line_for_an_event_and_no_token() {
    let kept = Kept::<u8>(Arc::default());
    let writer = kept.clone();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _guard = tracing::subscriber::set_default(log.with_writer(move || writer.clone()).finish());

    let server = Ground::sqlite().start().await;
    let token = server.token("eve\nforged line\u{1b}[31m", &["owner:lending"], TimeDelta::hours(1));
    server.anonymous().with_token(token.clone()).ports(&Default::default()).await.expect("a page");
    server.raw("GET /%0aforged%20line HTTP/1.1\r\nhost: h\r\nx-request-id: a\tb\r\n\r\n").await;
    server.stop().await;

    let log = String::from_utf8(kept.0.lock().expect("unpoisoned").clone()).expect("text");
    assert!(log.contains("answered") && log.contains("eve\\u{a}forged line"), "{log}");
    assert!(!log.contains(&token) && !log.contains('\u{1b}'), "{log}");
    assert!(!log.lines().any(|line| line.starts_with("forged")), "{log}");
}
