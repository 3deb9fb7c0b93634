//! PostgreSQL: new tables, filled through `COPY`, with their keys at the end.

use std::collections::BTreeMap;
use std::pin::Pin;

use bytes::Bytes;
use futures::SinkExt;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, CopyInSink, NoTls};

use super::{Event, GenerateError, Made, Order, csv, pipeline};
use crate::table::Table;

/// A table being filled: its own connection, because a connection copies into one table at a time.
struct Filling {
    client: Client,
    sink: Pin<Box<CopyInSink<Bytes>>>,
}

/// Makes the tables in the database at `url` (`postgres://user:password@host:port/database`, without TLS) and fills
/// them; primary and foreign keys are added when all rows are there. Must not be called from within an event loop.
///
/// # Errors
/// [`GenerateError`], above all [`GenerateError::TableExists`]: nothing is ever dropped or replaced. On an error the
/// tables that were made stay, without rows.
pub fn to_postgres(order: &Order, url: &str, events: &mut dyn FnMut(Event)) -> Result<Made, GenerateError> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(GenerateError::Thread)?;
    let connect = || runtime.block_on(connect(url));
    let keeper = connect()?;
    for table in &order.tables {
        runtime.block_on(create(&keeper, *table))?;
    }
    let mut filling = BTreeMap::new();
    for table in &order.tables {
        let client = connect()?;
        filling.insert(*table, runtime.block_on(copy(client, *table))?);
    }
    let write = |encoded: pipeline::Encoded<Vec<u8>>| match filling.get_mut(&encoded.table) {
        Some(filling) => send(&runtime, filling, encoded.content).map_err(refused(encoded.table)),
        None => Ok(()),
    };
    let made = pipeline::run(order, |_, batch| csv::rows(&batch), write, events)?;
    for (table, mut filling) in filling {
        let finished = runtime.block_on(async {
            filling.sink.as_mut().finish().await?;
            filling.client.batch_execute("COMMIT").await
        });
        finished.map_err(refused(table))?;
    }
    for table in &order.tables {
        runtime.block_on(keeper.batch_execute(&keys(*table, &order.tables))).map_err(refused(*table))?;
    }
    Ok(made)
}

fn refused(table: Table) -> impl Fn(tokio_postgres::Error) -> GenerateError {
    move |source| GenerateError::Database { table, source }
}

async fn connect(url: &str) -> Result<Client, GenerateError> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(GenerateError::Connect)?;
    // It ends with the client, who is told of every error.
    tokio::spawn(connection);
    Ok(client)
}

async fn create(client: &Client, table: Table) -> Result<(), GenerateError> {
    let columns = table
        .columns()
        .map(|(name, kind, required)| format!("{name} {}{}", kind.postgres(), if required { " NOT NULL" } else { "" }));
    let statement = format!("CREATE TABLE {table} ({})", columns.collect::<Vec<_>>().join(", "));
    client.batch_execute(&statement).await.map_err(|source| {
        let is_there = source.code() == Some(&tokio_postgres::error::SqlState::DUPLICATE_TABLE);
        if is_there { GenerateError::TableExists { table } } else { GenerateError::Database { table, source } }
    })
}

async fn copy(client: Client, table: Table) -> Result<Filling, GenerateError> {
    client.batch_execute("BEGIN").await.map_err(refused(table))?;
    let statement = format!("COPY {table} FROM STDIN WITH (FORMAT csv)");
    let sink = client.copy_in(&statement).await.map_err(refused(table))?;
    Ok(Filling { client, sink: Box::pin(sink) })
}

fn send(runtime: &Runtime, filling: &mut Filling, rows: Vec<u8>) -> Result<(), tokio_postgres::Error> {
    runtime.block_on(filling.sink.send(Bytes::from(rows)))
}

/// Its primary key, and its foreign keys into tables that were made too.
fn keys(table: Table, made: &[Table]) -> String {
    let key = table.key().collect::<Vec<_>>().join(", ");
    let mut text = format!("ALTER TABLE {table} ADD PRIMARY KEY ({key})");
    for (column, other) in table.references().iter().filter(|(_, other)| made.contains(other)) {
        text.push_str(&format!(", ADD FOREIGN KEY ({column}) REFERENCES {other}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_to_tables_that_are_there() {
        assert_eq!(
            keys(Table::Trades, &[Table::Trades, Table::Instruments]),
            "ALTER TABLE trades ADD PRIMARY KEY (trade_id), ADD FOREIGN KEY (isin) REFERENCES instruments"
        );
    }
}
