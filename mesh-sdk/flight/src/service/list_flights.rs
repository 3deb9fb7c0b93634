//! ListFlights: the ports that the asker may read, each major version by its path `[domain, port, "v1"]`.

use arrow_flight::{Criteria, FlightDescriptor, FlightInfo};

use super::commands::path;
use super::flight_info::Described;
use crate::gate::Call;
use crate::refusal::Refusal;

/// An expression, where given, is a prefix of `domain.port`.
pub(super) async fn handle(call: Call, criteria: Criteria) -> Result<Vec<FlightInfo>, Refusal> {
    call.account.command("ListFlights");
    let prefix = std::str::from_utf8(&criteria.expression)
        .map_err(|_| Refusal::Malformed("the criteria are not text".into()))?;
    let mut flights = Vec::new();
    for table in call.session.tables() {
        let name = &table.port.name;
        if table.name != table.port.table() || !name.to_string().starts_with(prefix) {
            continue;
        }
        let steps = vec![name.domain().to_owned(), name.port().to_owned(), format!("v{}", table.port.major)];
        let order = call.desk.tickets.order(&call.identity, path::read(&table.domain, &table.name));
        let (_, described) = Described::ordered(&call, table.schema.clone(), &order)?;
        flights.push(described.into_info(FlightDescriptor::new_path(steps))?);
    }
    Ok(flights)
}
