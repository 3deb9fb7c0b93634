//! CommandStatementQuery: a query as text.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow_flight::sql::{CommandStatementQuery, TicketStatementQuery};
use futures::{StreamExt, TryStreamExt, stream};
use mesh_engine::{EngineError, Query, Session};

use super::transactions;
use crate::edge::Batches;
use crate::gate::Call;
use crate::refusal::Refusal;
use crate::service::flight_info::Described;
use crate::ticket::{Kind, Order, Read};

/// Plans the query on the newest snapshots and gives a ticket for its rows from those same snapshots.
pub(in crate::service) async fn describe(call: &Call, command: CommandStatementQuery) -> Result<Described, Refusal> {
    transactions::refuse_within(command.transaction_id.as_ref())?;
    let order = call.desk.tickets.order(&call.identity, Read::Sql(command.query));
    describe_order(call, order).await
}

/// The rows behind a ticket, and the key that cancels them.
pub(in crate::service) async fn rows(call: &Call, ticket: &TicketStatementQuery) -> Result<(Batches, String), Refusal> {
    let (order, _) = call.desk.tickets.open(Kind::Ticket, &ticket.statement_handle, &call.identity)?;
    let key = cancel_key(&ticket.statement_handle);
    let batches = match call.desk.plans.take(&key, &call.session) {
        Some(query) => run(query).await?,
        None => execute(call, order).await?,
    };
    Ok((batches, key))
}

pub(super) async fn describe_order(call: &Call, mut order: Order) -> Result<Described, Refusal> {
    let query = order.plan(&call.session).await?;
    let rows = order.parameters()?;
    let query = match rows.as_ref().filter(|rows| rows.num_rows() > 0) {
        Some(rows) => query.bind(&rows.slice(0, 1))?,
        None => query,
    };
    order.pins = query.pins().clone();
    let (sealed, described) = Described::ordered(call, query.schema(), &order)?;
    // Several rows of parameters are several queries, and none are no query.
    if rows.is_none_or(|rows| rows.num_rows() == 1) {
        call.desk.plans.keep(cancel_key(sealed.as_bytes()), sealed.len(), query);
    }
    Ok(described)
}

/// Runs an order: once, or once for each row of its parameters, one after the other.
pub(super) async fn execute(call: &Call, order: Order) -> Result<Batches, Refusal> {
    let query = order.plan(&call.session).await?;
    let Some(rows) = order.parameters()? else {
        return run(query).await;
    };
    if rows.num_rows() == 0 {
        return Ok(Batches { schema: query.schema(), stream: stream::empty().boxed() });
    }
    let first = run(query.bind(&rows.slice(0, 1))?).await?;
    let session = Arc::clone(&call.session);
    let rest = stream::iter(1..rows.num_rows()).then(move |at| {
        let (session, order, row) = (Arc::clone(&session), order.clone(), rows.slice(at, 1));
        async move { run_row(&session, &order, &row).await.map(|batches| batches.stream) }
    });
    Ok(Batches { schema: first.schema, stream: first.stream.chain(rest.try_flatten()).boxed() })
}

async fn run_row(session: &Session, order: &Order, row: &RecordBatch) -> Result<Batches, Refusal> {
    run(order.plan(session).await?.bind(row)?).await
}

async fn run(query: Query) -> Result<Batches, Refusal> {
    let stream = query.execute().await?;
    let schema = stream.schema();
    Ok(Batches { schema, stream: stream.map_err(|error| Refusal::from(EngineError::from(error))).boxed() })
}

/// A ticket's signature stands for the ticket.
pub(super) fn cancel_key(sealed: &[u8]) -> String {
    let signature = sealed.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    String::from_utf8_lossy(signature).into_owned()
}
