//! A ticket holds for who got it, for a while, and for the snapshots it was given for.

use std::time::Duration;

use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::sql::{Any, ProstMessageExt, TicketStatementQuery};
use arrow_flight::{FlightInfo, Ticket};
use futures::TryStreamExt;
use mesh_policy::Agreements;
use prost::Message;
use tonic::transport::Channel;

use crate::calls::{self, Call};
use crate::fixture::{LOANS, Mesh, code};

async fn as_someone(mesh: &Mesh, name: &str) -> FlightSqlServiceClient<Channel> {
    let mut client = FlightSqlServiceClient::new(mesh.channel().await);
    client.set_token(mesh.token(name));
    client
}

fn ticket(info: &FlightInfo) -> Ticket {
    info.endpoint[0].ticket.clone().expect("a ticket")
}

async fn rows(client: &mut FlightSqlServiceClient<Channel>, ticket: Ticket) -> usize {
    let batches: Vec<_> = client.do_get(ticket).await.expect("found").try_collect().await.expect("read");
    batches.iter().map(|batch| batch.num_rows()).sum()
}

#[tokio::test]
async fn anyone_elses_ticket_is_as_broken_as_a_forged_or_an_expired_one() {
    let mesh = Mesh::start().await;
    let mut omar = as_someone(&mesh, "omar").await;
    let info = omar.execute("SELECT id FROM loans".into(), None).await.expect("planned");
    let ticket = ticket(&info);
    let channel = mesh.channel().await;
    let get = async |name: &str, ticket: Vec<u8>| {
        let token = format!("Bearer {}", mesh.token(name));
        calls::make(&channel, Some(&token), Call::DoGet(ticket)).await.map_err(|status| (code(&status), status))
    };
    get("omar", ticket.ticket.to_vec()).await.expect("omar's own");

    let (lenas, lenas_status) = get("lena", ticket.ticket.to_vec()).await.expect_err("lena's");
    let sealed: TicketStatementQuery = Any::decode(&*ticket.ticket).expect("any").unpack().expect("it").expect("it");
    let mut forged = sealed.statement_handle.to_vec();
    let middle = forged.len() / 2;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    let forged = TicketStatementQuery { statement_handle: forged.into() }.as_any().encode_to_vec();
    let (forgeds, forged_status) = get("omar", forged).await.expect_err("forged");
    mesh.pass(Duration::from_secs(11 * 60));
    let (lates, late_status) = get("omar", ticket.ticket.to_vec()).await.expect_err("late");

    assert_eq!([lenas.as_str(), &forgeds, &lates], ["FC-3006"; 3]);
    assert_eq!(lenas_status.message(), forged_status.message());
    assert_eq!(lenas_status.message(), late_status.message());
}

#[tokio::test]
async fn a_handle_is_no_ticket_and_a_token_is_neither() {
    let mesh = Mesh::start().await;
    let mut omar = as_someone(&mesh, "omar").await;
    let prepared = omar.prepare("SELECT id FROM loans".into(), None).await.expect("prepared");
    let handle = format!("{prepared:?}");
    assert!(handle.contains("handle"), "{handle}");
    let channel = mesh.channel().await;
    let token = mesh.token("omar");
    let ticket = TicketStatementQuery { statement_handle: token.clone().into() }.as_any().encode_to_vec();
    let status = calls::make(&channel, Some(&format!("Bearer {token}")), Call::DoGet(ticket)).await.expect_err("no");
    assert_eq!(code(&status), "FC-3006");
}

#[tokio::test]
async fn a_ticket_reads_the_snapshot_it_was_given_for() {
    let mesh = Mesh::start().await;
    let mut omar = as_someone(&mesh, "omar").await;
    let before = omar.execute("SELECT id FROM loans".into(), None).await.expect("planned");
    mesh.republish(LOANS + 1).await;
    let after = omar.execute("SELECT id FROM loans".into(), None).await.expect("planned");
    assert_eq!(rows(&mut omar, ticket(&before)).await as i64, LOANS);
    assert_eq!(rows(&mut omar, ticket(&after)).await as i64, LOANS + 1);
}

/// An answer is planned when it is described, and what was planned is kept for the ticket: what it was planned under must
/// still hold.
#[tokio::test]
async fn a_ticket_opens_nothing_that_was_taken_away_since() {
    let mesh = Mesh::start().await;
    let mut omar = as_someone(&mesh, "omar").await;
    let info = omar.execute("SELECT id FROM loans".into(), None).await.expect("planned");
    assert_eq!(rows(&mut omar, ticket(&info)).await as i64, LOANS);
    assert_eq!(rows(&mut omar, ticket(&info)).await as i64, LOANS, "a ticket may be used again");
    let info = omar.execute("SELECT id FROM loans".into(), None).await.expect("planned");
    mesh.reader.set_agreements(Agreements::default(), None);
    let Err(status) = omar.do_get(ticket(&info)).await else { panic!("what was revoked was read") };
    assert!(status.to_string().contains("there is no table `lending.loans`"), "{status}");
}
