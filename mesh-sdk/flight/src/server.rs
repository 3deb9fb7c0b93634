//! A Flight server on a listener: transport limits, health, and an orderly end.

use std::sync::Arc;
use std::time::Duration;

use arrow_flight::flight_service_server::FlightServiceServer;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use tower::util::MapResponseLayer;

use crate::body;
use crate::error::FlightError;
use crate::gate::Gate;
use crate::service::Service;
use crate::settings::{FlightLimits, FlightSettings};

const FLIGHT_SERVICE: &str = "arrow.flight.protocol.FlightService";

/// Large windows and frames: with HTTP/2's defaults the wire, not the disk, is the bottleneck.
const WINDOW_BYTES: u32 = 4 * 1024 * 1024;
const FRAME_BYTES_MAX: u32 = 4 * 1024 * 1024;

const KEEPALIVE: Duration = Duration::from_secs(30);

/// Streams that a client opened and reset before they were served, after which its connection is closed (rapid reset).
const PENDING_RESETS_MAX: usize = 32;

/// After streams were told to stop, how long they get to say so to their clients.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Serves until `shutdown` fires and the calls in progress have ended, or their time to end is over.
///
/// # Errors
/// [`FlightError::Serve`] when the transport fails.
pub async fn serve(
    listener: TcpListener,
    settings: FlightSettings,
    shutdown: CancellationToken,
) -> Result<(), FlightError> {
    let limits = settings.limits.clone();
    let readiness = settings.readiness.watch();
    let gate = Arc::new(Gate::new(settings));
    let running = Arc::clone(gate.desk());
    let reporter = HealthReporter::new();
    let health = tonic_health::pb::health_server::HealthServer::new(
        tonic_health::server::HealthService::from_health_reporter(reporter.clone()),
    );
    let ready = *readiness.borrow();
    report(&reporter, ready).await;
    let flight = FlightServiceServer::new(Service::new(gate))
        .max_decoding_message_size(limits.message_bytes_max)
        .max_encoding_message_size(usize::MAX);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true)).with_keepalive(Some(KEEPALIVE));
    let served = transport(&limits)
        .layer(MapResponseLayer::new(body::take_over))
        .add_service(health)
        .add_service(flight)
        .serve_with_incoming_shutdown(incoming, shutdown.clone().cancelled_owned());
    let watched = watch_health(reporter, readiness, shutdown.clone());
    let drained = async {
        shutdown.cancelled().await;
        tokio::time::sleep(limits.drain_duration_max).await;
        running.running.cancel_all();
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        outcome = served => outcome.map_err(FlightError::Serve),
        () = async { tokio::join!(drained, watched); } => {
            tracing::warn!("calls were still in progress when the time to end them was over");
            Ok(())
        }
    }
}

fn transport(limits: &FlightLimits) -> Server {
    Server::builder()
        .tcp_nodelay(true)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(4 * WINDOW_BYTES)
        .max_frame_size(FRAME_BYTES_MAX)
        .max_concurrent_streams(limits.streams_per_connection_max)
        .http2_max_header_list_size(limits.header_bytes_max)
        .http2_max_pending_accept_reset_streams(Some(PENDING_RESETS_MAX))
        .http2_max_local_error_reset_streams(Some(1024))
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE))
}

/// Keeps the health service true to what the server's owner says, and to the shutdown.
async fn watch_health(reporter: HealthReporter, mut readiness: watch::Receiver<bool>, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return report(&reporter, false).await,
            changed = readiness.changed() => {
                if changed.is_err() {
                    return shutdown.cancelled().await;
                }
                let ready = *readiness.borrow_and_update();
                report(&reporter, ready).await;
            }
        }
    }
}

async fn report(reporter: &HealthReporter, ready: bool) {
    let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
    reporter.set_service_status("", status).await;
    reporter.set_service_status(FLIGHT_SERVICE, status).await;
}
