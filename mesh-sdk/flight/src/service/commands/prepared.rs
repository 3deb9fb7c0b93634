//! Prepared queries. A handle is the whole statement, sealed: binding parameters gives a new handle that carries them,
//! so the server holds nothing, and a handle survives a restart of either side.

use arrow::datatypes::Schema;
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult,
    CommandPreparedStatementQuery, DoPutPreparedStatementResult,
};
use arrow_flight::{FlightData, IpcMessage, PutResult, SchemaAsIpc};
use bytes::Bytes;
use prost::Message;
use tonic::Streaming;

use super::{statement, transactions};
use crate::edge::{Batches, wire_schema};
use crate::gate::Call;
use crate::guard;
use crate::refusal::Refusal;
use crate::service::flight_info::Described;
use crate::ticket::{Kind, Order, Read};

/// Plans the query and says what it gives and takes.
pub(in crate::service) async fn create(
    call: &Call,
    request: ActionCreatePreparedStatementRequest,
) -> Result<ActionCreatePreparedStatementResult, Refusal> {
    transactions::refuse_within(request.transaction_id.as_ref())?;
    let order = call.desk.tickets.order(&call.identity, Read::Sql(request.query));
    let query = order.plan(&call.session).await?;
    Ok(ActionCreatePreparedStatementResult {
        prepared_statement_handle: call.desk.tickets.seal(Kind::Handle, &order)?.into(),
        dataset_schema: schema_bytes(&wire_schema(&query.schema()))?,
        parameter_schema: schema_bytes(query.parameters()?.as_ref())?,
    })
}

/// Nothing to forget; a handle that does not hold is still an error.
pub(in crate::service) fn close(call: &Call, request: &ActionClosePreparedStatementRequest) -> Result<(), Refusal> {
    open(call, &request.prepared_statement_handle).map(|_| ())
}

/// Binds parameters, one answer for each row, and gives the handle that carries them.
pub(in crate::service) async fn bind(
    call: &Call,
    command: &CommandPreparedStatementQuery,
    first: FlightData,
    rest: Streaming<FlightData>,
) -> Result<PutResult, Refusal> {
    let mut order = open(call, &command.prepared_statement_handle)?;
    let rows = guard::read_batch(first, rest, call.desk.limits.parameters_bytes_max).await?;
    if rows.num_rows() > 0 {
        // What does not fit is refused here, where the client still knows what it sent.
        order.plan(&call.session).await?.bind(&rows.slice(0, 1))?;
    }
    order.bind(&rows)?;
    let handle = call.desk.tickets.seal(Kind::Handle, &order)?;
    let result = DoPutPreparedStatementResult { prepared_statement_handle: Some(handle.into()) };
    Ok(PutResult { app_metadata: result.encode_to_vec().into() })
}

/// A ticket for the rows of the statement with the parameters bound so far.
pub(in crate::service) async fn describe(
    call: &Call,
    command: &CommandPreparedStatementQuery,
) -> Result<Described, Refusal> {
    let order = open(call, &command.prepared_statement_handle)?;
    statement::describe_order(call, call.desk.tickets.renew(order)).await
}

/// A handle may serve as a ticket, for clients that skip GetFlightInfo.
pub(in crate::service) async fn rows(
    call: &Call,
    command: &CommandPreparedStatementQuery,
) -> Result<(Batches, String), Refusal> {
    let order = open(call, &command.prepared_statement_handle)?;
    let key = statement::cancel_key(&command.prepared_statement_handle);
    Ok((statement::execute(call, order).await?, key))
}

fn open(call: &Call, handle: &[u8]) -> Result<Order, Refusal> {
    call.desk.tickets.open(Kind::Handle, handle, &call.identity).map(|(order, _)| order)
}

fn schema_bytes(schema: &Schema) -> Result<Bytes, Refusal> {
    let options = IpcWriteOptions::default();
    let message: IpcMessage = SchemaAsIpc::new(schema, &options).try_into().map_err(Refusal::Encoding)?;
    Ok(message.0)
}
