//! GetFlightInfo, PollFlightInfo and GetSchema: what a descriptor stands for, and the ticket to read it with.

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::flight_descriptor::DescriptorType;
use arrow_flight::sql::{Any, Command, ProstMessageExt, TicketStatementQuery};
use arrow_flight::{FlightDescriptor, FlightEndpoint, FlightInfo, PollInfo, SchemaAsIpc, SchemaResult, Ticket};
use bytes::Bytes;
use mesh_engine::Pins;
use prost::Message;

use super::commands::{self, path, prepared, statement};
use crate::edge::wire_schema;
use crate::gate::Call;
use crate::refusal::Refusal;
use crate::snapshots::SnapshotsRead;
use crate::ticket::{Kind, Order};

/// What a descriptor stands for.
pub(super) struct Described {
    pub(super) schema: SchemaRef,
    pub(super) ticket: Bytes,
    pub(super) rows: Option<usize>,
    /// The snapshots that will be read.
    pub(super) pins: Pins,
}

pub(super) async fn handle(call: Call, descriptor: FlightDescriptor) -> Result<FlightInfo, Refusal> {
    let described = describe(&call, &descriptor).await?;
    described.into_info(descriptor)
}

/// The answer is complete at once: queries run while they are read, not before.
pub(super) async fn poll(call: Call, descriptor: FlightDescriptor) -> Result<PollInfo, Refusal> {
    let info = handle(call, descriptor).await?;
    PollInfo::new().with_info(info).try_with_progress(1.0).map_err(Refusal::Encoding)
}

pub(super) async fn schema(call: Call, descriptor: FlightDescriptor) -> Result<SchemaResult, Refusal> {
    let described = describe(&call, &descriptor).await?;
    let options = IpcWriteOptions::default();
    SchemaAsIpc::new(&wire_schema(&described.schema), &options).try_into().map_err(Refusal::Encoding)
}

async fn describe(call: &Call, descriptor: &FlightDescriptor) -> Result<Described, Refusal> {
    match descriptor.r#type() {
        DescriptorType::Path => path::describe(call, &descriptor.path).await,
        DescriptorType::Cmd => match commands::read(call, &descriptor.cmd)? {
            Command::CommandStatementQuery(query) => statement::describe(call, query).await,
            Command::CommandPreparedStatementQuery(query) => prepared::describe(call, &query).await,
            command => {
                let batch = commands::answer(call, &command)?;
                let ticket = descriptor.cmd.clone();
                let (schema, rows) = (batch.schema(), Some(batch.num_rows()));
                Ok(Described { schema, ticket, rows, pins: Pins::default() })
            }
        },
        DescriptorType::Unknown => Err(Refusal::Malformed("the descriptor is neither a path nor a command".into())),
    }
}

impl Described {
    /// A query's or table's answer, to be read with a sealed ticket, which is the first value.
    pub(super) fn ordered(call: &Call, schema: SchemaRef, order: &Order) -> Result<(String, Self), Refusal> {
        let sealed = call.desk.tickets.seal(Kind::Ticket, order)?;
        let ticket = TicketStatementQuery { statement_handle: sealed.clone().into() };
        let ticket = ticket.as_any().encode_to_vec().into();
        Ok((sealed, Self { schema, ticket, rows: None, pins: order.pins.clone() }))
    }

    /// One endpoint without a location: "read it from the server that you asked". The metadata names the snapshots, so
    /// that the reader can say what it read and read it again.
    pub(super) fn into_info(self, descriptor: FlightDescriptor) -> Result<FlightInfo, Refusal> {
        let endpoint = FlightEndpoint::new().with_ticket(Ticket::new(self.ticket));
        let rows = self.rows.and_then(|rows| i64::try_from(rows).ok()).unwrap_or(-1);
        let snapshots = serde_json::to_vec(&SnapshotsRead { snapshots: self.pins })
            .map_err(|error| Refusal::Encoding(ArrowError::JsonError(error.to_string())))?;
        let info = FlightInfo::new()
            .try_with_schema(&wire_schema(&self.schema))
            .map_err(Refusal::Encoding)?
            .with_descriptor(descriptor)
            .with_endpoint(endpoint)
            .with_total_records(rows)
            .with_total_bytes(-1)
            .with_app_metadata(snapshots);
        Ok(info)
    }
}

/// The sealed part of a query's ticket; `None` for a ticket that is a metadata command.
pub(super) fn sealed_part(ticket: &[u8]) -> Result<Option<Bytes>, Refusal> {
    let any = Any::decode(ticket).map_err(|_| Refusal::Ticket)?;
    let ticket: Option<TicketStatementQuery> = any.unpack().map_err(|_| Refusal::Ticket)?;
    Ok(ticket.map(|ticket| ticket.statement_handle))
}
