//! Tickets and statement handles: sealed, for one principal and purpose, until a time. They need no state on the server, so they
//! work on every server that shares the key; what one keeps of them for some seconds (`plans.rs`) only saves it work.

use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use mesh_engine::{Pins, Query, Session};
use mesh_policy::{Clock, Identity, Purpose, SealError, Sealer, Unsealer};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::settings::FlightLimits;

/// What a ticket or a handle was given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One answer, from the snapshots that were newest when it was given.
    Ticket,
    /// A prepared statement with the parameters bound so far, read from the newest snapshots each time.
    Handle,
}

impl Kind {
    fn audience(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Handle => "handle",
        }
    }
}

/// What to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Read {
    /// A query.
    Sql(String),
    /// A whole table.
    Table { domain: String, name: String },
}

/// The claims of a ticket or handle.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    principal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    /// Makes two tickets for the same query two tickets.
    serial: u64,
    pub(crate) read: Read,
    /// One row for each answer wanted, as a base64 Arrow IPC stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameters: Option<String>,
    #[serde(default)]
    pub(crate) pins: Pins,
}

impl Order {
    /// Binds these rows in place of any bound before.
    pub(crate) fn bind(&mut self, rows: &RecordBatch) -> Result<(), Refusal> {
        let mut writer = StreamWriter::try_new(Vec::new(), rows.schema_ref()).map_err(Refusal::Encoding)?;
        writer.write(rows).map_err(Refusal::Encoding)?;
        let bytes = writer.into_inner().map_err(Refusal::Encoding)?;
        self.parameters = Some(BASE64_STANDARD_NO_PAD.encode(bytes));
        Ok(())
    }

    /// The rows bound, if any.
    pub(crate) fn parameters(&self) -> Result<Option<RecordBatch>, Refusal> {
        // The seal held, so this is what `bind` wrote; still, no byte from outside may bring the server down.
        let Some(encoded) = &self.parameters else { return Ok(None) };
        let bytes = BASE64_STANDARD_NO_PAD.decode(encoded).map_err(|_| Refusal::Ticket)?;
        let reader = StreamReader::try_new(bytes.as_slice(), None).map_err(|_| Refusal::Ticket)?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|_| Refusal::Ticket)?;
        concat_batches(&schema, &batches).map(Some).map_err(|_| Refusal::Ticket)
    }

    /// Plans it in a session: today's permits, the snapshots of the order.
    pub(crate) async fn plan(&self, session: &Session) -> Result<Query, Refusal> {
        Ok(match &self.read {
            Read::Sql(sql) => session.query(sql, &self.pins).await?,
            Read::Table { domain, name } => session.table(domain, name, &self.pins).await?,
        })
    }
}

/// Gives and takes tickets and handles.
pub(crate) struct Tickets {
    sealer: Sealer,
    unsealer: Unsealer,
    clock: Clock,
    ticket_lifetime: TimeDelta,
    handle_lifetime: TimeDelta,
    serial: AtomicU64,
}

impl Tickets {
    pub(crate) fn new(sealer: Sealer, clock: Clock, limits: &FlightLimits) -> Self {
        let lifetime = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::hours(1));
        Self {
            unsealer: sealer.unsealer(),
            sealer,
            clock,
            ticket_lifetime: lifetime(limits.ticket_lifetime),
            handle_lifetime: lifetime(limits.handle_lifetime),
            serial: AtomicU64::new(0),
        }
    }

    /// A new order in the name of `identity`.
    pub(crate) fn order(&self, identity: &Identity, read: Read) -> Order {
        Order {
            principal: identity.principal.name.clone(),
            purpose: identity.purpose.clone(),
            serial: self.serial.fetch_add(1, Ordering::Relaxed),
            read,
            parameters: None,
            pins: Pins::default(),
        }
    }

    /// The same order again, as one of its own.
    pub(crate) fn renew(&self, order: Order) -> Order {
        Order { serial: self.serial.fetch_add(1, Ordering::Relaxed), ..order }
    }

    pub(crate) fn seal(&self, kind: Kind, order: &Order) -> Result<String, SealError> {
        let now = self.clock.now();
        let lifetime = match kind {
            Kind::Ticket => self.ticket_lifetime,
            Kind::Handle => self.handle_lifetime,
        };
        self.sealer.seal(kind.audience(), order, now, now + lifetime)
    }

    /// Opens a ticket or handle of this very identity; a stranger's is as broken as a forged one.
    pub(crate) fn open(
        &self,
        kind: Kind,
        sealed: &[u8],
        identity: &Identity,
    ) -> Result<(Order, DateTime<Utc>), Refusal> {
        let sealed = std::str::from_utf8(sealed).map_err(|_| Refusal::Ticket)?;
        let (order, expires) =
            self.unsealer.open::<Order>(kind.audience(), sealed, self.clock.now()).map_err(|_| Refusal::Ticket)?;
        if order.principal != identity.principal.name || order.purpose != identity.purpose {
            return Err(Refusal::Ticket);
        }
        Ok((order, expires))
    }
}
