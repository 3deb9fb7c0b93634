//! Flight SQL commands, one file each.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow_flight::sql::{Any, Command};
use prost::Message;

use super::do_action::printable;
use crate::gate::Call;
use crate::refusal::Refusal;

pub(super) mod cancel;
mod catalogs;
mod cross_reference;
mod exported_keys;
mod imported_keys;
pub(super) mod ingest;
mod keys;
pub(super) mod path;
pub(super) mod prepared;
mod primary_keys;
mod schemas;
pub(super) mod session;
mod sql_info;
pub(super) mod statement;
pub(super) mod substrait;
mod table_types;
mod tables;
pub(super) mod transactions;
mod type_info;
pub(super) mod update;

/// Reads a command and enters its name into the call's account.
pub(super) fn read(call: &Call, bytes: &[u8]) -> Result<Command, Refusal> {
    let any = Any::decode(bytes).ok().filter(|any| !any.type_url.is_empty());
    let any = any.ok_or_else(|| Refusal::Malformed("not a Flight SQL command".into()))?;
    let command = Command::try_from(any).map_err(|error| Refusal::Malformed(error.to_string()))?;
    call.account.command(name(&command));
    Ok(command)
}

/// Answers a metadata command: one batch, made from what the session's permits show.
pub(super) fn answer(call: &Call, command: &Command) -> Result<RecordBatch, Refusal> {
    let tables = call.session.tables();
    match command {
        Command::CommandGetCatalogs(_) => catalogs::answer(tables),
        Command::CommandGetDbSchemas(command) => schemas::answer(tables, command),
        Command::CommandGetTables(command) => tables::answer(tables, command),
        Command::CommandGetTableTypes(_) => table_types::answer(),
        Command::CommandGetPrimaryKeys(command) => primary_keys::answer(tables, command),
        Command::CommandGetImportedKeys(command) => imported_keys::answer(tables, command),
        Command::CommandGetExportedKeys(command) => exported_keys::answer(tables, command),
        Command::CommandGetCrossReference(command) => cross_reference::answer(tables, command),
        Command::CommandGetXdbcTypeInfo(command) => type_info::answer(command),
        Command::CommandGetSqlInfo(command) => sql_info::answer(&call.desk.limits, command),
        Command::CommandStatementUpdate(_) | Command::CommandPreparedStatementUpdate(_) => Err(update::refuse()),
        Command::CommandStatementIngest(_) => Err(ingest::refuse()),
        Command::CommandStatementSubstraitPlan(_) => Err(substrait::refuse()),
        other => Err(unsupported(other)),
    }
}

pub(super) fn unsupported(command: &Command) -> Refusal {
    let url = command.type_url();
    Refusal::Unsupported(printable(url.rsplit('.').next().unwrap_or(url)))
}

/// A name that metrics may carry: never text from outside.
fn name(command: &Command) -> &'static str {
    match command {
        Command::CommandStatementQuery(_) => "StatementQuery",
        Command::CommandPreparedStatementQuery(_) => "PreparedStatementQuery",
        Command::TicketStatementQuery(_) => "TicketStatementQuery",
        Command::CommandGetCatalogs(_) => "GetCatalogs",
        Command::CommandGetDbSchemas(_) => "GetDbSchemas",
        Command::CommandGetTables(_) => "GetTables",
        Command::CommandGetTableTypes(_) => "GetTableTypes",
        Command::CommandGetPrimaryKeys(_) => "GetPrimaryKeys",
        Command::CommandGetImportedKeys(_) => "GetImportedKeys",
        Command::CommandGetExportedKeys(_) => "GetExportedKeys",
        Command::CommandGetCrossReference(_) => "GetCrossReference",
        Command::CommandGetXdbcTypeInfo(_) => "GetXdbcTypeInfo",
        Command::CommandGetSqlInfo(_) => "GetSqlInfo",
        Command::CommandStatementUpdate(_) => "StatementUpdate",
        Command::CommandPreparedStatementUpdate(_) => "PreparedStatementUpdate",
        Command::CommandStatementIngest(_) => "StatementIngest",
        Command::CommandStatementSubstraitPlan(_) => "StatementSubstraitPlan",
        _ => "Unknown",
    }
}

fn encoding(error: arrow_flight::error::FlightError) -> Refusal {
    Refusal::Encoding(ArrowError::from_external_error(Box::new(error)))
}
