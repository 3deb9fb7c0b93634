//! The Flight gRPC service: each entry point goes through the gate to its handler, and nothing else happens here.

use std::pin::Pin;
use std::sync::Arc;

use arrow_flight::flight_service_server::FlightService;
use arrow_flight::{
    Action, ActionType, Criteria, Empty, FlightData, FlightDescriptor, FlightInfo, HandshakeRequest, HandshakeResponse,
    PollInfo, PutResult, SchemaResult, Ticket,
};
use futures::{Stream, StreamExt, stream};
use tonic::metadata::MetadataValue;
use tonic::{Request, Response, Status, Streaming};

use crate::gate::Gate;
use crate::pump::Handoff;
use crate::refusal::Refusal;

pub(crate) mod commands;
mod do_action;
mod do_get;
mod do_put;
mod flight_info;
mod list_flights;

/// The catalog that every port is in.
pub(crate) const CATALOG: &str = "mesh";

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

pub(crate) struct Service {
    gate: Arc<Gate>,
}

impl Service {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        Self { gate }
    }
}

fn all<T: Send + 'static>(items: Vec<T>) -> Response<Answers<T>> {
    Response::new(stream::iter(items.into_iter().map(Ok)).boxed())
}

#[tonic::async_trait]
impl FlightService for Service {
    type HandshakeStream = Answers<HandshakeResponse>;
    type ListFlightsStream = Answers<FlightInfo>;
    type DoGetStream = Handoff;
    type DoPutStream = Answers<PutResult>;
    type DoExchangeStream = Answers<FlightData>;
    type DoActionStream = Answers<arrow_flight::Result>;
    type ListActionsStream = Answers<ActionType>;

    async fn handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<Self::HandshakeStream>, Status> {
        let token = self.gate.login(&request)?;
        let value = MetadataValue::try_from(format!("Bearer {token}")).map_err(|_| Status::from(Refusal::Abandoned))?;
        let mut response = all(Vec::new());
        response.metadata_mut().insert("authorization", value);
        Ok(response)
    }

    async fn list_flights(&self, request: Request<Criteria>) -> Result<Response<Self::ListFlightsStream>, Status> {
        self.gate.pass("ListFlights", request, list_flights::handle).await.map(all)
    }

    async fn get_flight_info(&self, request: Request<FlightDescriptor>) -> Result<Response<FlightInfo>, Status> {
        self.gate.pass("GetFlightInfo", request, flight_info::handle).await.map(Response::new)
    }

    async fn poll_flight_info(&self, request: Request<FlightDescriptor>) -> Result<Response<PollInfo>, Status> {
        self.gate.pass("PollFlightInfo", request, flight_info::poll).await.map(Response::new)
    }

    async fn get_schema(&self, request: Request<FlightDescriptor>) -> Result<Response<SchemaResult>, Status> {
        self.gate.pass("GetSchema", request, flight_info::schema).await.map(Response::new)
    }

    async fn do_get(&self, request: Request<Ticket>) -> Result<Response<Self::DoGetStream>, Status> {
        let frames = self.gate.pass("DoGet", request, do_get::handle).await?;
        let handoff = Handoff::new(frames);
        let mut response = Response::new(handoff.clone());
        response.extensions_mut().insert(handoff);
        Ok(response)
    }

    async fn do_put(&self, request: Request<Streaming<FlightData>>) -> Result<Response<Self::DoPutStream>, Status> {
        self.gate.pass("DoPut", request, do_put::handle).await.map(|result| all(vec![result]))
    }

    async fn do_exchange(
        &self,
        request: Request<Streaming<FlightData>>,
    ) -> Result<Response<Self::DoExchangeStream>, Status> {
        self.gate.pass("DoExchange", request, |_, _| async { Err(Refusal::Unsupported("DoExchange".into())) }).await
    }

    async fn do_action(&self, request: Request<Action>) -> Result<Response<Self::DoActionStream>, Status> {
        self.gate.pass("DoAction", request, do_action::handle).await.map(all)
    }

    async fn list_actions(&self, request: Request<Empty>) -> Result<Response<Self::ListActionsStream>, Status> {
        self.gate.pass("ListActions", request, |_, _| async { Ok(do_action::list()) }).await.map(all)
    }
}
