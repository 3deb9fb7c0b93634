use std::path::Path;
use std::process::Command;

use crate::collector::Collector;
use crate::mesh::Mesh;
use crate::run::{Ran, fince, ran};
use crate::small_product::write_mesh;

/// The first product without a fixed place listens this far above the base.
const BEHIND_FIXED: u16 = 11;

async fn run(mut command: Command) -> Ran {
    // The collector needs this thread while the command runs.
    ran(tokio::task::spawn_blocking(move || command.output()).await.expect("joins").expect("the binary runs"))
}

fn completions(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = fince(folder);
    command.args(["completions", "bash"]).envs(variables.iter().copied());
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commands_span_is_exported_before_it_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let (collector, address) = Collector::listen().await;
    let endpoint = format!("http://{address}");
    let ran = run(completions(folder.path(), &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)])).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let spans: Vec<_> = collector.spans().into_iter().map(|(service, span)| (service, span.name)).collect();
    assert_eq!(spans, [("fince".to_owned(), "fince completions".to_owned())]);

    let named = [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint.as_str()), ("OTEL_SERVICE_NAME", "risk-desk")];
    run(completions(folder.path(), &named)).await;
    assert_eq!(collector.spans().last().expect("a span").0, "risk-desk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn switched_off_means_nothing_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let (collector, address) = Collector::listen().await;
    let endpoint = format!("http://{address}");
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_SDK_DISABLED", "true")];
    assert_eq!(run(completions(folder.path(), &variables)).await.code, 0);
    assert!(collector.spans().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_fails_no_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let held = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", held.local_addr().expect("an address"));
    drop(held);
    let ran = run(completions(folder.path(), &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)])).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("port-base"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_leads_from_the_client_to_the_scan() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bank, data) = (folder.path().join("mesh"), folder.path().join("data"));
    write_mesh(&bank);
    let (collector, address) = Collector::listen().await;
    let endpoint = format!("http://{address}");
    let asked = tokio::task::spawn_blocking(move || {
        let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
        let mesh = Mesh::up_with(&bank, &data, &variables);
        let mut command = crate::mesh::fince(&bank, &data, mesh.base);
        let sql = "SELECT count(*) FROM crash.events WHERE id > 5";
        command.args(["sql", "--as", "omar", "--url", mesh.flight(BEHIND_FIXED).as_str(), sql]).envs(variables);
        let ran = ran(command.output().expect("the binary runs"));
        assert_eq!(mesh.interrupt(), Some(0));
        ran
    });
    let asked = asked.await.expect("joins");
    assert_eq!(asked.code, 0, "{}", asked.stderr);

    let spans: Vec<_> = collector.spans().into_iter().map(|(_, span)| span).collect();
    let named = |name: &'static str| spans.iter().filter(move |span| span.name == name);
    let trace = &named("fince sql").next().expect("the client's span").trace_id;
    for part in ["plan", "execute", "scan"] {
        assert!(named(part).any(|span| span.trace_id == *trace), "`{part}` is not in the client's trace");
    }
    // Registering goes from the product to governance, in a trace of its own.
    let start = &named("fince up").next().expect("the mesh's span").trace_id;
    let registered = spans.iter().any(|span| span.trace_id == *start && span.name.contains("/api/v1/contracts"));
    let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
    assert!(registered, "{names:?}");
}

#[test]
fn an_address_for_lineage_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for wrong in ["marquez:5000", "no address", "ftp://marquez"] {
        let mut command = fince(folder.path());
        command.env("OPENLINEAGE_URL", wrong).args(["--data", "data", "publish", "lending"]);
        let ran = ran(command.output().expect("the binary runs"));
        assert!(ran.stderr.contains("FC-5014") && ran.stderr.contains("`OPENLINEAGE_URL`"), "{}", ran.stderr);
        assert_ne!(ran.code, 0);
    }
}
