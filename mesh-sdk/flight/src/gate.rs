//! The one gate that every entry point passes: who asks, a place, a span, a deadline, and then a session.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use mesh_engine::{Reader, Session};
use mesh_policy::{Clock, Identity};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tonic::transport::server::TcpConnectInfo;
use tonic::{Request, Status};
use tracing::Instrument;

use crate::door::{Door, Throttle};
use crate::plans::Plans;
use crate::refusal::Refusal;
use crate::running::Running;
use crate::settings::{FlightLimits, FlightSettings};
use crate::telemetry::{Account, Meters, call_span};
use crate::ticket::Tickets;

/// What all calls of a server share.
pub(crate) struct Gate {
    reader: Reader,
    door: Door,
    throttle: Throttle,
    places: Arc<Semaphore>,
    meters: Arc<Meters>,
    desk: Arc<Desk>,
}

/// What handlers may use beside their call's session.
pub(crate) struct Desk {
    pub(crate) tickets: Tickets,
    pub(crate) plans: Plans,
    pub(crate) running: Running,
    pub(crate) limits: FlightLimits,
    pub(crate) clock: Clock,
}

/// A call that has passed the gate.
pub(crate) struct Call {
    /// Who asks, and why.
    pub(crate) identity: Identity,
    /// What they may see, and nothing else.
    pub(crate) session: Arc<Session>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) account: Arc<Account>,
    /// When the answer must be complete.
    pub(crate) deadline: Instant,
}

impl Gate {
    pub(crate) fn new(settings: FlightSettings) -> Self {
        let FlightSettings { reader, door, sealer, limits, .. } = settings;
        let desk = Desk {
            tickets: Tickets::new(sealer, door.clock.clone(), &limits),
            plans: Plans::default(),
            running: Running::default(),
            clock: door.clock.clone(),
            limits,
        };
        Self {
            reader,
            throttle: Throttle::new(desk.limits.login_failures_max),
            places: Arc::new(Semaphore::new(desk.limits.calls_max)),
            meters: Arc::new(Meters::new()),
            desk: Arc::new(desk),
            door,
        }
    }

    pub(crate) fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Lets a request in and runs its handler. There is no other way to a [`Call`].
    pub(crate) async fn pass<T, R, F>(
        &self,
        rpc: &'static str,
        request: Request<T>,
        handler: impl FnOnce(Call, T) -> F,
    ) -> Result<R, Status>
    where
        F: Future<Output = Result<R, Refusal>>,
    {
        let (headers, _, message) = request.into_parts();
        let account = self.open_account(rpc, call_span(rpc, &headers))?;
        let deadline = self.deadline(headers.get("grpc-timeout").and_then(|value| value.to_str().ok()));
        let admitted = self.door.identify(&headers).map(|identity| {
            let span = account.span();
            span.record("principal", identity.principal.name.as_str());
            span.record("purpose", identity.purpose.as_ref().map(|purpose| purpose.0.as_str()));
            let session = Arc::new(span.in_scope(|| self.reader.session(&identity)));
            Call { identity, session, desk: Arc::clone(&self.desk), account: Arc::clone(&account), deadline }
        });
        let outcome = match admitted {
            Ok(call) => {
                let work = handler(call, message).instrument(account.span().clone());
                tokio::time::timeout_at(deadline, work).await.unwrap_or(Err(Refusal::Deadline))
            }
            Err(refusal) => Err(refusal),
        };
        outcome.map_err(|refusal| {
            account.failed(&refusal);
            Status::from(refusal)
        })
    }

    /// The one call that needs no token, since it gives one. It takes a place and makes no session.
    pub(crate) fn login<T>(&self, request: &Request<T>) -> Result<String, Status> {
        let account = self.open_account("Handshake", call_span("Handshake", request.metadata()))?;
        let peer = peer(request);
        let outcome = account.span().in_scope(|| self.door.login(request.metadata(), peer, &self.throttle));
        outcome.map_err(|refusal| {
            account.failed(&refusal);
            Status::from(refusal)
        })
    }

    fn open_account(&self, rpc: &'static str, span: tracing::Span) -> Result<Arc<Account>, Status> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        Ok(Arc::new(Account::open(Arc::clone(&self.meters), rpc, span, place)))
    }

    /// The server's limit, or the caller's own when that is sooner.
    fn deadline(&self, grpc_timeout: Option<&str>) -> Instant {
        let most = self.desk.limits.call_duration_max;
        Instant::now() + grpc_timeout.and_then(parse_timeout).map_or(most, |asked| asked.min(most))
    }
}

fn peer<T>(request: &Request<T>) -> Option<IpAddr> {
    request.extensions().get::<TcpConnectInfo>().and_then(TcpConnectInfo::remote_addr).map(|address| address.ip())
}

/// `grpc-timeout`: at most eight digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        assert_eq!(parse_timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(parse_timeout("2H"), Some(Duration::from_secs(7200)));
        for bad in ["", "m", "1", "123456789S", "-1S", "1ä"] {
            assert_eq!(parse_timeout(bad), None, "{bad}");
        }
    }
}
