//! DoAction and ListActions.

use arrow_flight::sql::{
    ActionCancelQueryRequest, ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, Any,
    ProstMessageExt,
};
use arrow_flight::{Action, ActionType, CancelFlightInfoRequest};
use bytes::Bytes;
use prost::Message;

use super::commands::{cancel, prepared, session, substrait, transactions};
use crate::gate::Call;
use crate::refusal::Refusal;

/// Actions that do something, each with what it takes and gives.
const ACTIONS: [(&str, &str); 7] = [
    (
        "CreatePreparedStatement",
        "Prepares a query. Takes ActionCreatePreparedStatementRequest, gives ActionCreatePreparedStatementResult.",
    ),
    ("ClosePreparedStatement", "Forgets a prepared query. Takes ActionClosePreparedStatementRequest."),
    ("CancelQuery", "Stops a query. Takes ActionCancelQueryRequest, gives ActionCancelQueryResult."),
    ("CancelFlightInfo", "Stops reading a flight. Takes CancelFlightInfoRequest, gives CancelFlightInfoResult."),
    ("GetSessionOptions", "Takes GetSessionOptionsRequest, gives GetSessionOptionsResult."),
    ("SetSessionOptions", "Takes SetSessionOptionsRequest, gives SetSessionOptionsResult."),
    ("CloseSession", "Takes CloseSessionRequest, gives CloseSessionResult."),
];

pub(super) fn list() -> Vec<ActionType> {
    ACTIONS
        .iter()
        .map(|(name, description)| ActionType { r#type: (*name).to_owned(), description: (*description).to_owned() })
        .collect()
}

pub(super) async fn handle(call: Call, action: Action) -> Result<Vec<arrow_flight::Result>, Refusal> {
    let body = &action.body;
    let answer = match action.r#type.as_str() {
        "CreatePreparedStatement" => {
            call.account.command("CreatePreparedStatement");
            let request: ActionCreatePreparedStatementRequest = unpack(body)?;
            Some(prepared::create(&call, request).await?.as_any().encode_to_vec())
        }
        "ClosePreparedStatement" => {
            call.account.command("ClosePreparedStatement");
            let request: ActionClosePreparedStatementRequest = unpack(body)?;
            prepared::close(&call, &request)?;
            None
        }
        "CancelQuery" => {
            call.account.command("CancelQuery");
            let request: ActionCancelQueryRequest = unpack(body)?;
            Some(cancel::query(&call, &request)?)
        }
        "CancelFlightInfo" => {
            call.account.command("CancelFlightInfo");
            Some(cancel::flight_info(&call, decode::<CancelFlightInfoRequest>(body)?)?.encode_to_vec())
        }
        "GetSessionOptions" => Some(session::get().encode_to_vec()),
        "SetSessionOptions" => Some(session::set(decode(body)?).encode_to_vec()),
        "CloseSession" => Some(session::close().encode_to_vec()),
        "BeginTransaction" | "EndTransaction" | "BeginSavepoint" | "EndSavepoint" => {
            return Err(transactions::refuse(&action.r#type));
        }
        "CreatePreparedSubstraitPlan" => return Err(substrait::refuse()),
        other => return Err(Refusal::Unsupported(printable(other))),
    };
    Ok(answer.map(arrow_flight::Result::new).into_iter().collect())
}

fn unpack<M: ProstMessageExt>(body: &Bytes) -> Result<M, Refusal> {
    let malformed = || Refusal::Malformed(format!("the action's body is no `{}`", M::type_url()));
    let any = Any::decode(body.clone()).map_err(|_| malformed())?;
    any.unpack().ok().flatten().ok_or_else(malformed)
}

fn decode<M: Message + Default>(body: &Bytes) -> Result<M, Refusal> {
    M::decode(body.clone()).map_err(|error| Refusal::Malformed(error.to_string()))
}

/// A name from outside, fit for a message or a log: short, and without control characters.
pub(super) fn printable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}
