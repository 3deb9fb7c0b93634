//! What metadata commands show, and to whom.

use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::sql::{
    CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys,
    CommandGetPrimaryKeys, CommandGetTables, SqlInfo,
};
use arrow_flight::{Criteria, FlightDescriptor, FlightInfo};
use datafusion::arrow::util::pretty::pretty_format_batches;
use futures::TryStreamExt;
use mesh_flight::client::Table;
use tonic::transport::Channel;

use crate::calls::with;
use crate::fixture::{Mesh, code_of};

type Sql = FlightSqlServiceClient<Channel>;

async fn client(mesh: &Mesh, name: &str) -> Sql {
    let mut client = FlightSqlServiceClient::new(mesh.channel().await);
    client.set_token(mesh.token(name));
    client
}

async fn shown(client: &mut Sql, info: FlightInfo) -> String {
    let schema = info.clone().try_decode_schema().expect("a schema");
    let ticket = info.endpoint[0].ticket.clone().expect("a ticket");
    let stream = client.do_get(ticket).await.expect("found");
    let batches: Vec<_> = stream.try_collect().await.expect("read");
    batches.iter().for_each(|batch| assert_eq!(*batch.schema(), schema, "the schema that was announced"));
    pretty_format_batches(&batches).expect("text").to_string()
}

#[tokio::test]
async fn everyone_sees_their_own_ports_and_nobody_elses() {
    let mesh = Mesh::start().await;
    let table = |name: &str| Table { domain: "lending".into(), name: name.into() };
    let lena = mesh.client(Some("lena")).await.tables().await.expect("tables");
    assert_eq!(lena, ["branches", "branches_v1", "loans", "loans_v1"].map(table));
    let omar = mesh.client(Some("omar")).await;
    assert_eq!(omar.tables().await.expect("tables"), ["loans", "loans_v1"].map(table));
    assert_eq!(mesh.client(Some("ana")).await.tables().await.expect("tables"), []);
    let hidden = code_of(omar.table_schema("lending", "branches").await);
    assert_eq!(hidden, code_of(omar.table_schema("lending", "nothing").await));
    assert_eq!(hidden, code_of(omar.query("SELECT * FROM branches").await));
}

#[tokio::test]
async fn patterns_filter_tables_and_schemas() {
    let mesh = Mesh::start().await;
    let mut lena = client(&mesh, "lena").await;
    let pattern = CommandGetTables { table_name_filter_pattern: Some("%\\_v_".into()), ..Default::default() };
    let info = lena.get_tables(pattern).await.expect("tables");
    insta::assert_snapshot!(shown(&mut lena, info).await, @r"
    +--------------+----------------+-------------+------------+
    | catalog_name | db_schema_name | table_name  | table_type |
    +--------------+----------------+-------------+------------+
    | mesh         | lending        | branches_v1 | TABLE      |
    | mesh         | lending        | loans_v1    | TABLE      |
    +--------------+----------------+-------------+------------+
    ");
    let pattern = CommandGetDbSchemas { catalog: Some("mesh".into()), db_schema_filter_pattern: Some("lend%".into()) };
    let info = lena.get_db_schemas(pattern).await.expect("schemas");
    assert!(shown(&mut lena, info).await.contains("lending"));
    let pattern = CommandGetDbSchemas { catalog: Some("other".into()), db_schema_filter_pattern: None };
    let info = lena.get_db_schemas(pattern).await.expect("schemas");
    assert!(!shown(&mut lena, info).await.contains("lending"));
    for info in
        [lena.get_catalogs().await, lena.get_table_types().await, lena.get_sql_info(vec![SqlInfo::SqlKeywords]).await]
    {
        assert!(!shown(&mut lena, info.expect("answered")).await.is_empty());
    }
}

#[tokio::test]
async fn keys_come_from_contracts_and_show_only_visible_ends() {
    let mesh = Mesh::start().await;
    let mut lena = client(&mesh, "lena").await;
    let wanted = CommandGetPrimaryKeys { table: "loans".into(), ..Default::default() };
    let info = lena.get_primary_keys(wanted).await.expect("keys");
    insta::assert_snapshot!(shown(&mut lena, info).await, @r"
    +--------------+----------------+------------+-------------+-----------+--------------+
    | catalog_name | db_schema_name | table_name | column_name | key_name  | key_sequence |
    +--------------+----------------+------------+-------------+-----------+--------------+
    | mesh         | lending        | loans      | id          | loans_key | 1            |
    +--------------+----------------+------------+-------------+-----------+--------------+
    ");
    let imported = CommandGetImportedKeys { table: "loans".into(), ..Default::default() };
    let info = lena.get_imported_keys(imported.clone()).await.expect("keys");
    let imported_keys = shown(&mut lena, info).await;
    assert!(imported_keys.contains("| branches      | id             |"), "{imported_keys}");
    let exported = CommandGetExportedKeys { table: "branches".into(), ..Default::default() };
    let info = lena.get_exported_keys(exported).await.expect("keys");
    let exported_keys = shown(&mut lena, info).await;
    assert!(exported_keys.contains("loans_v1") && exported_keys.contains("loans "), "{exported_keys}");
    let reference =
        CommandGetCrossReference { pk_table: "branches".into(), fk_table: "loans".into(), ..Default::default() };
    let info = lena.get_cross_reference(reference).await.expect("keys");
    assert_eq!(shown(&mut lena, info).await, imported_keys);

    let mut omar = client(&mesh, "omar").await;
    let info = omar.get_imported_keys(imported).await.expect("keys");
    assert!(!shown(&mut omar, info).await.contains("branches"));
}

#[tokio::test]
async fn plain_flight_lists_and_reads_ports_by_path() {
    let mesh = Mesh::start().await;
    let mut omar = client(&mesh, "omar").await;
    let token = format!("Bearer {}", mesh.token("omar"));
    let listed = omar.inner_mut().list_flights(with(Some(&token), Criteria::default())).await.expect("listed");
    let flights: Vec<FlightInfo> = listed.into_inner().try_collect().await.expect("read");
    let paths: Vec<_> = flights.iter().map(|flight| flight.flight_descriptor.clone().expect("a path").path).collect();
    assert_eq!(paths, [["lending", "loans", "v1"]]);
    for flight in flights {
        assert!(shown(&mut omar, flight).await.contains("name 1000"));
    }
    let path = FlightDescriptor::new_path(vec!["lending".into(), "loans".into()]);
    let info = omar.inner_mut().get_flight_info(with(Some(&token), path)).await.expect("found").into_inner();
    assert!(shown(&mut omar, info).await.contains("1000.25"));
}

#[tokio::test]
async fn a_schema_explains_itself() {
    let mesh = Mesh::start().await;
    let schema = mesh.client(Some("omar")).await.table_schema("lending", "loans_v1").await.expect("a schema");
    let id = schema.field_with_name("id").expect("a column");
    assert!(id.metadata().values().any(|text| text == "Identity of the loan."), "{:?}", id.metadata());
    assert!(!id.is_nullable());
}
