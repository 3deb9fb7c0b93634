//! Queries through our client and through the reference client of Arrow.

use std::sync::Arc;

use arrow_flight::sql::client::FlightSqlServiceClient;
use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::Int64Type;
use futures::TryStreamExt;
use mesh_flight::FlightLimits;
use tonic::transport::Channel;

use crate::fixture::{LOANS, Mesh, code_of};

async fn reference_client(mesh: &Mesh) -> FlightSqlServiceClient<Channel> {
    let mut client = FlightSqlServiceClient::new(mesh.channel().await);
    client.set_token(mesh.token("omar"));
    client
}

fn ids(batches: &[RecordBatch]) -> Vec<i64> {
    batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()).collect()
}

#[tokio::test]
async fn a_query_gives_its_schema_and_rows() {
    let mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    let (schema, rows) = omar.query("SELECT id, holder FROM mesh.lending.loans ORDER BY id").await.expect("running");
    let batches: Vec<RecordBatch> = rows.try_collect().await.expect("read");
    assert_eq!(*batches[0].schema(), *schema);
    assert_eq!(ids(&batches), (1..=LOANS).collect::<Vec<_>>());
    assert_eq!(batches[0].column(1).as_string::<i32>().value(2), "name 3");
}

#[tokio::test]
async fn an_empty_answer_has_a_schema() {
    let mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    let (schema, rows) = omar.query("SELECT * FROM loans WHERE id < 0").await.expect("running");
    assert_eq!(schema.fields().len(), 4);
    assert_eq!(rows.try_collect::<Vec<_>>().await.expect("read").iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
}

#[tokio::test]
async fn many_rows_come_in_messages_of_the_size_that_was_asked_for() {
    let limits = FlightLimits { batch_rows: 10_000, ..FlightLimits::default() };
    let mesh = Mesh::start_with(limits).await;
    let omar = mesh.client(Some("omar")).await;
    let (_, rows) = omar.query("SELECT a.id, a.holder, b.holder FROM loans a, loans b").await.expect("running");
    let sizes: Vec<usize> = rows.map_ok(|batch| batch.num_rows()).try_collect().await.expect("read");
    assert_eq!(sizes.iter().sum::<usize>(), 1_000_000);
    assert!(sizes.len() <= 100, "{}", sizes.len());
}

#[tokio::test]
async fn a_wrong_query_is_refused_with_the_engines_code() {
    let mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    assert_eq!(code_of(omar.query("SELECT nothing FROM loans").await), "FC-2001");
    for refused in
        ["DROP TABLE loans", "COPY loans TO '/tmp/loans.csv'", "SET a = 1", "EXPLAIN SELECT 1", "SELECT 1; SELECT 2"]
    {
        assert!(code_of(omar.query(refused).await).starts_with("FC-20"), "{refused}");
    }
    let (_, rows) = omar.query("SELECT 1 / (id - 1) FROM loans").await.expect("planned");
    assert_eq!(code_of(rows.try_collect::<Vec<_>>().await), "FC-2005");
}

#[tokio::test]
async fn a_prepared_query_is_run_once_for_each_row_of_its_parameters() {
    let mesh = Mesh::start().await;
    let mut omar = reference_client(&mesh).await;
    let mut prepared =
        omar.prepare("SELECT id FROM loans WHERE id = $1 OR holder = $2".into(), None).await.expect("prepared");
    assert_eq!(prepared.parameter_schema().expect("a schema").fields().len(), 2);
    let numbers = Arc::new(Int64Array::from(vec![7, 3, -1])) as ArrayRef;
    let names = Arc::new(StringArray::from(vec!["", "name 5", "name 9"])) as ArrayRef;
    prepared.set_parameters(RecordBatch::try_from_iter([("1", numbers), ("2", names)]).expect("a batch")).expect("set");
    let info = prepared.execute().await.expect("planned");
    let ticket = info.endpoint[0].ticket.clone().expect("a ticket");
    let batches: Vec<RecordBatch> = omar.do_get(ticket).await.expect("found").try_collect().await.expect("read");
    assert_eq!(ids(&batches), [7, 3, 5, 9]);
    prepared.close().await.expect("closed");
}

#[tokio::test]
async fn parameters_that_do_not_fit_are_refused_when_they_are_bound() {
    let mesh = Mesh::start().await;
    let mut omar = reference_client(&mesh).await;
    let mut prepared = omar.prepare("SELECT id FROM loans WHERE id = $1".into(), None).await.expect("prepared");
    let one = || Arc::new(Int64Array::from(vec![7])) as ArrayRef;
    prepared.set_parameters(RecordBatch::try_from_iter([("1", one()), ("2", one())]).expect("a batch")).expect("set");
    let error = prepared.execute().await.expect_err("two for one").to_string();
    assert!(error.contains("FC-2009"), "{error}");
}

#[tokio::test]
async fn updates_are_refused_clearly() {
    let mesh = Mesh::start().await;
    let mut omar = reference_client(&mesh).await;
    let error = omar.execute_update("DELETE FROM loans".into(), None).await.expect_err("refused").to_string();
    assert!(error.contains("FC-3004") && error.contains("read-only"), "{error}");
}
