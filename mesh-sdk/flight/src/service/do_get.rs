//! DoGet: the rows behind a ticket.

use arrow_flight::Ticket;
use arrow_flight::sql::Command;

use super::commands::{self, prepared, statement};
use crate::edge::Batches;
use crate::gate::Call;
use crate::pump::{self, Frames};
use crate::refusal::Refusal;
use crate::running::Running;

pub(super) async fn handle(call: Call, ticket: Ticket) -> Result<Frames, Refusal> {
    let (batches, key) = match commands::read(&call, &ticket.ticket)? {
        Command::TicketStatementQuery(ticket) => statement::rows(&call, &ticket).await?,
        Command::CommandPreparedStatementQuery(query) => prepared::rows(&call, &query).await?,
        // A metadata command is its own ticket: it grants nothing, since its answer is made from today's permits.
        command => (Batches::one(commands::answer(&call, &command)?), String::new()),
    };
    let entry = Running::enter(&call.desk, &key).ok_or(Refusal::Cancelled)?;
    Ok(pump::start(call, entry, batches))
}
