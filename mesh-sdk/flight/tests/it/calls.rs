//! Every entry point of Flight and Flight SQL, as raw calls.

use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::{
    ActionBeginSavepointRequest, ActionBeginTransactionRequest, ActionCancelQueryRequest,
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest,
    ActionCreatePreparedSubstraitPlanRequest, ActionEndSavepointRequest, ActionEndTransactionRequest, Any,
    CommandGetCatalogs, CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys,
    CommandGetPrimaryKeys, CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables, CommandGetXdbcTypeInfo,
    CommandPreparedStatementQuery, CommandPreparedStatementUpdate, CommandStatementIngest, CommandStatementQuery,
    CommandStatementSubstraitPlan, CommandStatementUpdate, ProstMessageExt, TicketStatementQuery,
};
use arrow_flight::{
    Action, CancelFlightInfoRequest, Criteria, Empty, FlightData, FlightDescriptor, FlightInfo, Ticket,
};
use futures::{TryStreamExt, stream};
use prost::Message;
use tonic::transport::Channel;
use tonic::{Request, Status};

/// One raw call.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    ListFlights,
    ListActions,
    GetFlightInfo(FlightDescriptor),
    PollFlightInfo(FlightDescriptor),
    GetSchema(FlightDescriptor),
    DoGet(Vec<u8>),
    DoPut(FlightDescriptor),
    DoExchange(FlightDescriptor),
    DoAction(&'static str, Vec<u8>),
}

/// Makes the call, with an `authorization` header if one is given, and reads the answer to its end.
pub(crate) async fn make(channel: &Channel, authorization: Option<&str>, call: Call) -> Result<(), Status> {
    let mut client = FlightServiceClient::new(channel.clone());
    let put = |descriptor| stream::iter([FlightData { flight_descriptor: Some(descriptor), ..Default::default() }]);
    match call {
        Call::ListFlights => {
            let request = with(authorization, Criteria::default());
            client.list_flights(request).await?.into_inner().try_collect::<Vec<_>>().await.map(drop)
        }
        Call::ListActions => {
            let request = with(authorization, Empty {});
            client.list_actions(request).await?.into_inner().try_collect::<Vec<_>>().await.map(drop)
        }
        Call::GetFlightInfo(descriptor) => client.get_flight_info(with(authorization, descriptor)).await.map(drop),
        Call::PollFlightInfo(descriptor) => client.poll_flight_info(with(authorization, descriptor)).await.map(drop),
        Call::GetSchema(descriptor) => client.get_schema(with(authorization, descriptor)).await.map(drop),
        Call::DoGet(ticket) => {
            let request = with(authorization, Ticket::new(ticket));
            client.do_get(request).await?.into_inner().try_collect::<Vec<_>>().await.map(drop)
        }
        Call::DoPut(descriptor) => {
            let request = with(authorization, put(descriptor));
            client.do_put(request).await?.into_inner().try_collect::<Vec<_>>().await.map(drop)
        }
        Call::DoExchange(descriptor) => {
            let request = with(authorization, put(descriptor));
            client.do_exchange(request).await?.into_inner().try_collect::<Vec<_>>().await.map(drop)
        }
        Call::DoAction(name, body) => {
            let request = with(authorization, Action::new(name, body));
            client.do_action(request).await?.into_inner().try_collect::<Vec<_>>().await.map(drop)
        }
    }
}

pub(crate) fn with<T>(authorization: Option<&str>, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(authorization) = authorization {
        request.metadata_mut().insert("authorization", authorization.parse().expect("ascii"));
    }
    request
}

/// Every command of Flight SQL, packed, by name.
pub(crate) fn commands() -> Vec<(&'static str, Vec<u8>)> {
    fn packed<M: ProstMessageExt>(name: &'static str, message: &M) -> (&'static str, Vec<u8>) {
        (name, message.as_any().encode_to_vec())
    }
    let unknown = Any { type_url: "type.googleapis.com/arrow.flight.protocol.sql.Unheard".into(), value: "x".into() };
    let query = CommandStatementQuery { query: "SELECT 1".into(), transaction_id: None };
    vec![
        packed("StatementQuery", &query),
        packed("StatementSubstraitPlan", &CommandStatementSubstraitPlan::default()),
        packed("PreparedStatementQuery", &CommandPreparedStatementQuery::default()),
        packed("GetCatalogs", &CommandGetCatalogs {}),
        packed("GetDbSchemas", &CommandGetDbSchemas::default()),
        packed("GetTables", &CommandGetTables::default()),
        packed("GetTableTypes", &CommandGetTableTypes {}),
        packed("GetSqlInfo", &CommandGetSqlInfo::default()),
        packed("GetPrimaryKeys", &CommandGetPrimaryKeys::default()),
        packed("GetExportedKeys", &CommandGetExportedKeys::default()),
        packed("GetImportedKeys", &CommandGetImportedKeys::default()),
        packed("GetCrossReference", &CommandGetCrossReference::default()),
        packed("GetXdbcTypeInfo", &CommandGetXdbcTypeInfo::default()),
        packed("StatementUpdate", &CommandStatementUpdate::default()),
        packed("PreparedStatementUpdate", &CommandPreparedStatementUpdate::default()),
        packed("StatementIngest", &CommandStatementIngest::default()),
        packed("TicketStatementQuery", &TicketStatementQuery::default()),
        ("an unknown command", unknown.encode_to_vec()),
        ("no command", b"\xff\xff\xff".to_vec()),
        ("nothing", Vec::new()),
    ]
}

/// Every action, with the body it takes.
pub(crate) fn actions() -> Vec<(&'static str, Vec<u8>)> {
    fn packed<M: ProstMessageExt>(name: &'static str, message: &M) -> (&'static str, Vec<u8>) {
        (name, message.as_any().encode_to_vec())
    }
    let prepare = ActionCreatePreparedStatementRequest { query: "SELECT 1".into(), transaction_id: None };
    vec![
        packed("CreatePreparedStatement", &prepare),
        packed("ClosePreparedStatement", &ActionClosePreparedStatementRequest::default()),
        packed("CreatePreparedSubstraitPlan", &ActionCreatePreparedSubstraitPlanRequest::default()),
        packed("BeginTransaction", &ActionBeginTransactionRequest {}),
        packed("EndTransaction", &ActionEndTransactionRequest::default()),
        packed("BeginSavepoint", &ActionBeginSavepointRequest::default()),
        packed("EndSavepoint", &ActionEndSavepointRequest::default()),
        packed("CancelQuery", &ActionCancelQueryRequest::default()),
        ("CancelFlightInfo", CancelFlightInfoRequest { info: Some(FlightInfo::new()) }.encode_to_vec()),
        ("RenewFlightEndpoint", Vec::new()),
        ("GetSessionOptions", Vec::new()),
        ("SetSessionOptions", Vec::new()),
        ("CloseSession", Vec::new()),
        ("an unheard action", b"\xff".to_vec()),
    ]
}

/// Every call there is: each RPC with each command, path and action.
pub(crate) fn all() -> Vec<(String, Call)> {
    let mut calls = vec![("ListFlights".to_owned(), Call::ListFlights), ("ListActions".to_owned(), Call::ListActions)];
    let mut descriptors: Vec<(&str, FlightDescriptor)> =
        commands().into_iter().map(|(name, command)| (name, FlightDescriptor::new_cmd(command))).collect();
    descriptors.push(("a path", FlightDescriptor::new_path(vec!["lending".into(), "loans".into()])));
    descriptors.push(("a strange path", FlightDescriptor::new_path(vec!["..".into()])));
    descriptors.push(("no descriptor", FlightDescriptor::default()));
    for (name, descriptor) in descriptors {
        calls.push((format!("GetFlightInfo {name}"), Call::GetFlightInfo(descriptor.clone())));
        calls.push((format!("PollFlightInfo {name}"), Call::PollFlightInfo(descriptor.clone())));
        calls.push((format!("GetSchema {name}"), Call::GetSchema(descriptor.clone())));
        calls.push((format!("DoPut {name}"), Call::DoPut(descriptor.clone())));
        calls.push((format!("DoExchange {name}"), Call::DoExchange(descriptor)));
    }
    calls.extend(commands().into_iter().map(|(name, command)| (format!("DoGet {name}"), Call::DoGet(command))));
    calls.extend(actions().into_iter().map(|(name, body)| (format!("DoAction {name}"), Call::DoAction(name, body))));
    calls
}
