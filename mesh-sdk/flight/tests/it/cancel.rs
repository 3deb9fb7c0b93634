//! A query that is cancelled, or whose reader goes away, ends.

use arrow_flight::FlightInfo;
use arrow_flight::sql::{ActionCancelQueryRequest, ProstMessageExt};
use futures::{StreamExt, TryStreamExt};
use prost::Message;

use crate::calls::{self, Call};
use crate::fixture::{Mesh, code_of};

/// A thousand million million rows.
const ENDLESS: &str = "SELECT a.id FROM loans a, loans b, loans c, loans d, loans e";

/// As many, and no row until the end.
const SILENT: &str =
    "SELECT count(*) FROM loans a, loans b, loans c, loans d, loans e WHERE a.id + b.id <> e.id + d.id";

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_query_tells_its_reader() {
    let mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    let (_, mut rows) = omar.query(ENDLESS).await.expect("running");
    rows.next().await.expect("a batch").expect("rows");
    omar.cancel(rows.info().clone()).await.expect("cancelled");
    let ending = rows.try_for_each(async |_| Ok(())).await;
    assert_eq!(code_of(ending), "FC-3011");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_without_rows_yet_is_cancelled_too() {
    let mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    let (_, rows) = omar.query(SILENT).await.expect("running");
    let body = ActionCancelQueryRequest { info: rows.info().encode_to_vec().into() }.as_any().encode_to_vec();
    let omars = format!("Bearer {}", mesh.token("omar"));
    let cancel = Call::DoAction("CancelQuery", body);
    calls::make(&mesh.channel().await, Some(&omars), cancel).await.expect("cancelled");
    assert_eq!(code_of(rows.try_for_each(async |_| Ok(())).await), "FC-3011");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_holds_the_ticket_cancels() {
    let mesh = Mesh::start().await;
    let (omar, lena) = (mesh.client(Some("omar")).await, mesh.client(Some("lena")).await);
    let (_, mut rows) = omar.query(ENDLESS).await.expect("running");
    assert_eq!(code_of(lena.cancel(rows.info().clone()).await), "FC-3006");
    rows.next().await.expect("a batch").expect("still running");
    assert!(lena.cancel(FlightInfo::new()).await.is_ok());
}

/// The server ends only when nothing runs any more, so that it ends shows that the query did.
#[tokio::test(flavor = "multi_thread")]
async fn a_query_ends_when_its_reader_goes_away() {
    let mut mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    let (_, mut rows) = omar.query(ENDLESS).await.expect("running");
    rows.next().await.expect("a batch").expect("rows");
    drop((rows, omar));
    mesh.shutdown.cancel();
    (&mut mesh.server).await.expect("no panic").expect("ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_without_rows_yet_ends_when_its_reader_goes_away() {
    let mut mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    let (_, rows) = omar.query(SILENT).await.expect("running");
    drop((rows, omar));
    mesh.shutdown.cancel();
    (&mut mesh.server).await.expect("no panic").expect("ended");
}
