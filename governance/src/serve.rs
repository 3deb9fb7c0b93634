//! Answering on a listener until told to stop.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::service::Service;

/// Longest wait for requests that are being answered when the service is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Answers on `listener` until `shutdown`; then takes no new connection, lets the requests under way finish for up to
/// ten seconds, and closes the database.
///
/// # Errors
/// [`Error::Serve`] when the listener breaks.
pub async fn serve(listener: TcpListener, service: Service, shutdown: CancellationToken) -> Result<(), Error> {
    let told = shutdown.clone();
    let answering = axum::serve(listener, service.router()).with_graceful_shutdown(told.cancelled_owned());
    let overdue = async {
        shutdown.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    let outcome = tokio::select! {
        outcome = answering => outcome.map_err(Error::Serve),
        () = overdue => {
            tracing::warn!("requests were still under way when governance stopped");
            Ok(())
        }
    };
    service.close().await;
    outcome
}
