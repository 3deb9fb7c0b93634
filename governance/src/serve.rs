//! Answering on a listener until told to stop.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::service::Service;

/// Pause after the system refused a connection, most likely for want of file descriptors.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

/// What connections may take.
#[derive(Clone, Copy)]
struct Limits {
    /// Most connections at once; further ones wait in the system's queue.
    connections_max: usize,
    /// Longest wait for the head of a request, so that a connection cannot be held by saying nothing.
    head: Duration,
    /// Longest wait for requests under way when told to stop.
    drain: Duration,
    /// Most bytes of a request's head.
    head_bytes_max: usize,
}

const LIMITS: Limits = Limits {
    connections_max: 1024,
    head: Duration::from_secs(30),
    drain: Duration::from_secs(10),
    head_bytes_max: 64 * 1024,
};

/// Answers on `listener` until `shutdown`; then takes no new connection, lets the requests under way finish for up to
/// ten seconds, and closes the database.
pub async fn serve(listener: TcpListener, service: Service, shutdown: CancellationToken) {
    let tell = async {
        shutdown.cancelled().await;
        service.0.stopping.cancel();
    };
    tokio::join!(answer(listener, service.router(), LIMITS, &shutdown), tell);
    service.close().await;
}

async fn answer(listener: TcpListener, router: Router, limits: Limits, shutdown: &CancellationToken) {
    let (room, open, overdue) =
        (Arc::new(Semaphore::new(limits.connections_max)), TaskTracker::new(), CancellationToken::new());
    while let Some((place, accepted)) = shutdown.run_until_cancelled(accept(&listener, &room)).await {
        match accepted {
            Ok(stream) => {
                let connection = connection(stream, router.clone(), limits, shutdown.clone());
                let overdue = overdue.clone();
                open.spawn(async move {
                    overdue.run_until_cancelled(connection).await;
                    drop(place);
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept connections");
                shutdown.run_until_cancelled(tokio::time::sleep(REFUSED_PAUSE)).await;
            }
        }
    }
    drop(listener);
    open.close();
    if tokio::time::timeout(limits.drain, open.wait()).await.is_err() {
        tracing::warn!(connections = open.len(), "requests were still under way when governance stopped");
        overdue.cancel();
        open.wait().await;
    }
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, io::Result<TcpStream>) {
    // The semaphore is never closed, so there always is a place in the end.
    let place = room.clone().acquire_owned().await.ok();
    (place, listener.accept().await.map(|(stream, _)| stream))
}

/// Whether only the connection at hand failed, before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(stream: TcpStream, router: Router, limits: Limits, shutdown: CancellationToken) {
    // Answers are written whole, so there is nothing to gain from waiting for more.
    let _ = stream.set_nodelay(true);
    // HTTP/1 only: telling the versions apart means waiting for first bytes that may never come.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(limits.head_bytes_max);
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    // An error here is the peer's: it went away, or does not speak HTTP.
    tokio::select! {
        _ = serving.as_mut() => return,
        () = shutdown.cancelled() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::task::JoinHandle;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    const REQUEST: &[u8] = b"GET /now HTTP/1.1\r\nhost: h\r\n\r\n";

    async fn start(limits: Limits) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
        let router =
            Router::new().route("/now", get(async || "done")).route("/never", get(async || pending::<()>().await));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (address, shutdown) = (listener.local_addr().expect("an address"), CancellationToken::new());
        let told = shutdown.clone();
        (address, shutdown, tokio::spawn(async move { answer(listener, router, limits, &told).await }))
    }

    async fn say(address: SocketAddr, words: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(words).await.expect("sent");
        stream
    }

    #[tokio::test]
    async fn who_never_finishes_the_head_is_hung_up_on() {
        let (address, ..) = start(Limits { head: SHORT, ..LIMITS }).await;
        for words in ["", "P", "GET /now HTTP/1.1\r\nx-slow: "] {
            let mut stream = say(address, words.as_bytes()).await;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("the end");
            assert!(!answer.contains("200 OK"), "{answer}");
        }
    }

    #[tokio::test]
    async fn there_is_room_again_when_a_connection_ends() {
        let (address, ..) = start(Limits { connections_max: 1, ..LIMITS }).await;
        let first = say(address, b"GET /never HTTP/1.1\r\nhost: h\r\n\r\n").await;
        let mut second = say(address, REQUEST).await;
        drop(first);
        let mut answer = [0; 15];
        second.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
    }

    #[tokio::test]
    async fn a_stop_waits_for_requests_but_not_for_ever() {
        let (address, shutdown, serving) = start(Limits { drain: SHORT, ..LIMITS }).await;
        let mut stream = say(address, REQUEST).await;
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.expect("an answer");
        stream.write_all(b"GET /never HTTP/1.1\r\nhost: h\r\n\r\n").await.expect("sent");
        shutdown.cancel();
        serving.await.expect("it stops");
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    }
}
