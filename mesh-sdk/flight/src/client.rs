//! A Flight SQL client with the settings that make it fast.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt};
use arrow_flight::{Action, CancelFlightInfoRequest, FlightDescriptor, FlightInfo, HandshakeRequest, Ticket};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use prost::Message;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use url::Url;

use crate::error::FlightError;
use crate::trace_context::inject;

mod port;
mod tables;

pub use tables::Table;

const CONNECT_DURATION_MAX: Duration = Duration::from_secs(10);
const KEEPALIVE: Duration = Duration::from_secs(30);
const WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// What a server may put into one HTTP/2 frame. Large frames are the biggest single gain there is on this path.
const FRAME_BYTES_MAX: u32 = 4 * 1024 * 1024;

/// A connection to a Flight SQL server. Clones share it.
#[derive(Clone, Debug)]
pub struct Client {
    flight: FlightServiceClient<Channel>,
    authorization: Option<MetadataValue<Ascii>>,
}

/// The rows of a query, as they come. Dropping it tells the server to stop.
pub struct Rows {
    batches: FlightRecordBatchStream,
    info: FlightInfo,
}

impl Client {
    /// Connects to `http://host:port` (`grpc://` and `grpc+tcp://` mean the same), with a bearer token if there is one.
    ///
    /// # Errors
    /// [`FlightError::Address`] for any other address, [`FlightError::Connect`] when nobody answers there.
    pub async fn connect(address: &Url, token: Option<&str>) -> Result<Self, FlightError> {
        let wrong = || FlightError::Address(address.to_string());
        let host = address.host_str().ok_or_else(wrong)?;
        let port = address.port_or_known_default().ok_or_else(wrong)?;
        if !matches!(address.scheme(), "http" | "grpc" | "grpc+tcp") {
            return Err(wrong());
        }
        let channel = Endpoint::from_shared(format!("http://{host}:{port}"))
            .map_err(|_| wrong())?
            .connect_timeout(CONNECT_DURATION_MAX)
            .tcp_nodelay(true)
            .tcp_keepalive(Some(KEEPALIVE))
            .http2_keep_alive_interval(KEEPALIVE)
            .initial_stream_window_size(WINDOW_BYTES)
            .initial_connection_window_size(4 * WINDOW_BYTES)
            .max_frame_size(FRAME_BYTES_MAX)
            .connect()
            .await
            .map_err(|source| FlightError::Connect { address: address.to_string(), source })?;
        let flight = FlightServiceClient::new(channel)
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX);
        let mut client = Self { flight, authorization: None };
        if let Some(token) = token {
            client.authorization = Some(bearer(token)?);
        }
        Ok(client)
    }

    /// Logs in by name and password; later calls carry the token that the server gave.
    ///
    /// # Errors
    /// [`FlightError::Refused`] for an unknown user or a wrong password.
    pub async fn login(&mut self, user: &str, password: &str) -> Result<(), FlightError> {
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
        let mut basic = MetadataValue::try_from(basic).map_err(|_| FlightError::Answer("unusable name".into()))?;
        basic.set_sensitive(true);
        let mut request = Request::new(stream::iter([HandshakeRequest::default()]));
        inject(request.metadata_mut());
        request.metadata_mut().insert("authorization", basic);
        let response = self.flight.handshake(request).await?;
        let mut token = response
            .metadata()
            .get("authorization")
            .cloned()
            .ok_or_else(|| FlightError::Answer("there is no token in the answer to the login".into()))?;
        token.set_sensitive(true);
        self.authorization = Some(token);
        Ok(())
    }

    /// Runs a query and gives the schema of its rows, and the rows.
    ///
    /// # Errors
    /// [`FlightError::Refused`] with the server's code and words; [`FlightError::Answer`] when it makes no sense.
    pub async fn query(&self, sql: &str) -> Result<(SchemaRef, Rows), FlightError> {
        let command = CommandStatementQuery { query: sql.to_owned(), transaction_id: None };
        let info = self.info(FlightDescriptor::new_cmd(command.as_any().encode_to_vec())).await?;
        let schema: Schema = info.clone().try_decode_schema().map_err(answer)?;
        let mut endpoints = info.endpoint.iter();
        let (Some(endpoint), None) = (endpoints.next(), endpoints.next()) else {
            return Err(FlightError::Answer("the answer is spread over several endpoints".into()));
        };
        let ticket = endpoint.ticket.clone().ok_or_else(|| FlightError::Answer("there is no ticket".into()))?;
        let batches = self.get(ticket).await?;
        Ok((SchemaRef::new(schema), Rows { batches, info }))
    }

    /// Stops a query that is being read by someone else, by its flight ([`Rows::info`]).
    ///
    /// # Errors
    /// [`FlightError::Refused`] when the flight is not the caller's.
    pub async fn cancel(&self, info: FlightInfo) -> Result<(), FlightError> {
        let body = CancelFlightInfoRequest { info: Some(info) }.encode_to_vec();
        let action = self.request(Action::new("CancelFlightInfo", body));
        let mut answers = self.flight.clone().do_action(action).await?.into_inner();
        while answers.try_next().await?.is_some() {}
        Ok(())
    }

    async fn info(&self, descriptor: FlightDescriptor) -> Result<FlightInfo, FlightError> {
        Ok(self.flight.clone().get_flight_info(self.request(descriptor)).await?.into_inner())
    }

    async fn get(&self, ticket: Ticket) -> Result<FlightRecordBatchStream, FlightError> {
        let messages = self.flight.clone().do_get(self.request(ticket)).await?.into_inner();
        Ok(FlightRecordBatchStream::new_from_flight_data(messages.map_err(Into::into)))
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        inject(request.metadata_mut());
        if let Some(authorization) = &self.authorization {
            request.metadata_mut().insert("authorization", authorization.clone());
        }
        request
    }
}

impl Rows {
    /// The flight being read, for [`Client::cancel`].
    #[must_use]
    pub fn info(&self) -> &FlightInfo {
        &self.info
    }
}

impl Stream for Rows {
    type Item = Result<RecordBatch, FlightError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.batches.poll_next_unpin(context).map_err(FlightError::from)
    }
}

fn bearer(token: &str) -> Result<MetadataValue<Ascii>, FlightError> {
    let mut value = MetadataValue::try_from(format!("Bearer {token}"))
        .map_err(|_| FlightError::Answer("the token is not one line of text".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn answer(error: ArrowError) -> FlightError {
    FlightError::Answer(error.to_string())
}
