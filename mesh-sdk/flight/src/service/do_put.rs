//! DoPut: parameters for prepared statements. Everything else that DoPut can carry is a write, and refused.

use arrow_flight::sql::Command;
use arrow_flight::{FlightData, PutResult};
use futures::StreamExt;
use tonic::Streaming;

use super::commands::{self, ingest, prepared, substrait, update};
use crate::gate::Call;
use crate::refusal::Refusal;

pub(super) async fn handle(call: Call, mut messages: Streaming<FlightData>) -> Result<PutResult, Refusal> {
    let first = messages.next().await.ok_or_else(|| Refusal::Malformed("there is no message".into()))?;
    let first = first.map_err(|status| Refusal::Malformed(status.message().to_owned()))?;
    let descriptor =
        first.flight_descriptor.as_ref().ok_or_else(|| Refusal::Malformed("there is no descriptor".into()))?;
    match commands::read(&call, &descriptor.cmd)? {
        Command::CommandPreparedStatementQuery(query) => prepared::bind(&call, &query, first, messages).await,
        Command::CommandPreparedStatementUpdate(_) | Command::CommandStatementUpdate(_) => Err(update::refuse()),
        Command::CommandStatementIngest(_) => Err(ingest::refuse()),
        Command::CommandStatementSubstraitPlan(_) => Err(substrait::refuse()),
        other => Err(commands::unsupported(&other)),
    }
}
