//! What a server is given, and how much it gives to each caller.

use std::time::Duration;

use mesh_engine::Reader;
use mesh_policy::Sealer;
use tokio::sync::watch;

use crate::door::Door;

/// Everything a server needs; [`crate::serve`] takes it.
pub struct FlightSettings {
    /// Where data comes from.
    pub reader: Reader,
    /// Who may come in.
    pub door: Door,
    /// Seals tickets and statement handles. Its key may be made at start: tickets do not outlive their server.
    pub sealer: Sealer,
    /// Limits.
    pub limits: FlightLimits,
    /// What the health service reports.
    pub readiness: Readiness,
}

/// Limits of one server. The defaults suit a product on one machine.
#[derive(Clone, Debug)]
pub struct FlightLimits {
    /// Calls in progress over all connections; one more is refused at once.
    pub calls_max: usize,
    /// HTTP/2 streams at once on one connection.
    pub streams_per_connection_max: u32,
    /// Largest message accepted, in bytes. Flight clients send 16 MiB and more.
    pub message_bytes_max: usize,
    /// Largest set of parameters accepted, in bytes.
    pub parameters_bytes_max: usize,
    /// Largest request header list, in bytes.
    pub header_bytes_max: u32,
    /// From the call to its answer, or to the last row of its answer.
    pub call_duration_max: Duration,
    /// How long a ticket holds.
    pub ticket_lifetime: Duration,
    /// How long a prepared statement's handle holds.
    pub handle_lifetime: Duration,
    /// How long calls in progress may go on after shutdown was asked for.
    pub drain_duration_max: Duration,
    /// Failed logins from one address within a minute, after which every login from there is refused.
    pub login_failures_max: u32,
    /// Rows that a message should carry; smaller batches are put together. So many that rows of up to 112 bytes need no second
    /// message.
    pub batch_rows: usize,
}

impl Default for FlightLimits {
    fn default() -> Self {
        Self {
            calls_max: 512,
            streams_per_connection_max: 128,
            message_bytes_max: 64 * 1024 * 1024,
            parameters_bytes_max: 4 * 1024 * 1024,
            header_bytes_max: 64 * 1024,
            call_duration_max: Duration::from_secs(30 * 60),
            ticket_lifetime: Duration::from_secs(10 * 60),
            handle_lifetime: Duration::from_secs(24 * 60 * 60),
            drain_duration_max: Duration::from_secs(10),
            login_failures_max: 20,
            batch_rows: 32 * 1024,
        }
    }
}

/// Whether the server is ready, as its health service says; clones share one state. It starts as not ready.
#[derive(Clone, Debug)]
pub struct Readiness(watch::Sender<bool>);

impl Readiness {
    /// Not ready yet.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Says that the server is ready, or no longer is.
    pub fn set(&self, ready: bool) {
        self.0.send_replace(ready);
    }

    /// What was said last.
    #[must_use]
    pub fn get(&self) -> bool {
        *self.0.borrow()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}
