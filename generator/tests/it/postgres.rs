//! The bank in PostgreSQL, when `FINCE_TEST_POSTGRES_URL` names a server.

use fince_generator::{GenerateError, Table, to_postgres};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use crate::made::{order, table};

fn connect(runtime: &Runtime, url: &str) -> Client {
    let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).expect("a server");
    runtime.spawn(connection);
    client
}

/// A new database on the server, when there is one.
fn database(runtime: &Runtime) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test may be told where its database server is")]
    let server = std::env::var("FINCE_TEST_POSTGRES_URL").ok()?;
    let name = format!("generator_{}", std::process::id());
    let admin = connect(runtime, &server);
    runtime.block_on(admin.batch_execute(&format!("CREATE DATABASE {name}"))).expect("a new database");
    let (host, _) = server.rsplit_once('/')?;
    Some(format!("{host}/{name}"))
}

#[test]
fn every_table_arrives_with_its_keys_and_none_is_replaced() {
    let runtime = Runtime::new().unwrap();
    let Some(url) = database(&runtime) else { return };
    let order = order(0.004, 42, &Table::ALL, 2);
    let made = to_postgres(&order, &url, &mut |_| {}).unwrap();
    let client = connect(&runtime, &url);
    for (of, rows) in &made {
        let counted = runtime.block_on(client.query_one(&format!("SELECT count(*) FROM {of}"), &[])).unwrap();
        assert_eq!(counted.get::<_, i64>(0), rows.cast_signed(), "{of}");
        assert_eq!(table(*of).count() as u64, *rows, "{of}");
    }
    let sums = "SELECT count(*) FROM accounts JOIN (SELECT account_id, sum(amount) AS booked FROM transactions \
                GROUP BY account_id) AS sums USING (account_id) WHERE ledger_balance <> booked";
    assert_eq!(runtime.block_on(client.query_one(sums, &[])).unwrap().get::<_, i64>(0), 0);
    let keys = "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY'";
    assert_eq!(runtime.block_on(client.query_one(keys, &[])).unwrap().get::<_, i64>(0), 10);
    let again = to_postgres(&order, &url, &mut |_| {}).unwrap_err();
    assert!(matches!(again, GenerateError::TableExists { table: Table::Customers }), "{again}");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let order = order(0.004, 42, &[Table::Customers], 1);
    let error = to_postgres(&order, "postgres://nobody@127.0.0.1:1/none", &mut |_| {}).unwrap_err();
    assert!(matches!(error, GenerateError::Connect(_)), "{error}");
}
