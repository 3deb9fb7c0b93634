//! CancelFlightInfo and CancelQuery: stop the streams of a flight's tickets and void the tickets.

use arrow_flight::sql::{ActionCancelQueryRequest, ActionCancelQueryResult, Any, ProstMessageExt};
use arrow_flight::{CancelFlightInfoRequest, CancelFlightInfoResult, CancelStatus, FlightInfo};
use prost::Message;

use super::statement::cancel_key;
use crate::gate::Call;
use crate::refusal::Refusal;
use crate::service::flight_info::sealed_part;
use crate::ticket::Kind;

pub(in crate::service) fn flight_info(
    call: &Call,
    request: CancelFlightInfoRequest,
) -> Result<CancelFlightInfoResult, Refusal> {
    let info = request.info.ok_or_else(|| Refusal::Malformed("there is no flight to cancel".into()))?;
    Ok(CancelFlightInfoResult::new(cancel(call, &info)?))
}

/// The answer, packed as Flight SQL packs it.
pub(in crate::service) fn query(call: &Call, request: &ActionCancelQueryRequest) -> Result<Vec<u8>, Refusal> {
    let info = FlightInfo::decode(request.info.clone()).map_err(|error| Refusal::Malformed(error.to_string()))?;
    // `CancelResult` of Flight SQL and `CancelStatus` of Flight share their numbers.
    let result = ActionCancelQueryResult { result: cancel(call, &info)? as i32 };
    let any: Any = result.as_any();
    Ok(any.encode_to_vec())
}

fn cancel(call: &Call, info: &FlightInfo) -> Result<CancelStatus, Refusal> {
    let mut status = CancelStatus::NotCancellable;
    for ticket in info.endpoint.iter().filter_map(|endpoint| endpoint.ticket.as_ref()) {
        let Some(sealed) = sealed_part(&ticket.ticket)? else { continue };
        // Only who holds the ticket rightly may void it.
        let (_, expires) = call.desk.tickets.open(Kind::Ticket, &sealed, &call.identity)?;
        call.desk.running.cancel(&cancel_key(&sealed), expires, call.desk.clock.now());
        status = CancelStatus::Cancelled;
    }
    Ok(status)
}
