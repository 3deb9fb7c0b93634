//! What a client may read: the ports its token shows.

use arrow::array::{Array, RecordBatch, StringArray};
use arrow::datatypes::{Schema, SchemaRef};
use arrow_flight::sql::{CommandGetTables, ProstMessageExt};
use arrow_flight::{FlightDescriptor, Ticket};
use futures::TryStreamExt;
use prost::Message;

use super::{Client, answer};
use crate::error::FlightError;

/// A port, by one of its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    /// The domain.
    pub domain: String,
    /// The port's name, or its name with a major version (`loans_v1`).
    pub name: String,
}

impl Client {
    /// The ports that the token shows, in order.
    ///
    /// # Errors
    /// As [`Client::query`].
    pub async fn tables(&self) -> Result<Vec<Table>, FlightError> {
        let command = CommandGetTables { table_types: vec!["TABLE".into()], ..CommandGetTables::default() };
        let info = self.info(FlightDescriptor::new_cmd(command.as_any().encode_to_vec())).await?;
        let ticket = info.endpoint.into_iter().next().and_then(|endpoint| endpoint.ticket);
        let ticket: Ticket = ticket.ok_or_else(|| FlightError::Answer("there is no ticket".into()))?;
        let batches: Vec<RecordBatch> = self.get(ticket).await?.try_collect().await?;
        let mut tables = Vec::new();
        for batch in &batches {
            let (domains, names) = (text(batch, "db_schema_name")?, text(batch, "table_name")?);
            let rows = domains.iter().zip(names).filter_map(|(domain, name)| Some((domain?, name?)));
            tables.extend(rows.map(|(domain, name)| Table { domain: domain.to_owned(), name: name.to_owned() }));
        }
        Ok(tables)
    }

    /// The schema of a port, with what its contract says about each column.
    ///
    /// # Errors
    /// [`FlightError::Refused`] when there is no such port for this token.
    pub async fn table_schema(&self, domain: &str, name: &str) -> Result<SchemaRef, FlightError> {
        let descriptor = FlightDescriptor::new_path(vec![domain.to_owned(), name.to_owned()]);
        let result = self.flight.clone().get_schema(self.request(descriptor)).await?.into_inner();
        let schema: Schema = (&result).try_into().map_err(answer)?;
        Ok(SchemaRef::new(schema))
    }
}

fn text<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b StringArray, FlightError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or_else(|| FlightError::Answer(format!("there is no text column `{name}`")))
}
