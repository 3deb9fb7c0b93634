//! Bytes that are no request leave the server as it was.

use arrow_flight::FlightDescriptor;
use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;

use crate::calls::{self, Call};
use crate::fixture::Mesh;

#[tokio::test]
async fn garbage_on_the_port_leaves_the_server_up() {
    let mesh = Mesh::start().await;
    let noise: Vec<u8> = (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut preface_and_noise = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    preface_and_noise.extend_from_slice(&noise);
    for bytes in [b"GET / HTTP/1.1\r\n\r\n".as_slice(), &noise, &preface_and_noise, b"\x16\x03\x01\x02\x00"] {
        let mut socket = TcpStream::connect(mesh.address).await.expect("connected");
        // The server may hang up in the middle of it.
        socket.write_all(bytes).await.ok();
        socket.shutdown().await.ok();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.ok();
    }
    let omar = mesh.client(Some("omar")).await;
    assert!(!omar.tables().await.expect("still serving").is_empty());
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused() {
    let mesh = Mesh::start().await;
    let query = format!("SELECT '{}'", "x".repeat(Mesh::MESSAGE_BYTES_MAX));
    let command = CommandStatementQuery { query, transaction_id: None };
    let descriptor = FlightDescriptor::new_cmd(command.as_any().encode_to_vec());
    let omar = format!("Bearer {}", mesh.token("omar"));
    let status = calls::make(&mesh.channel().await, Some(&omar), Call::GetFlightInfo(descriptor)).await;
    assert_eq!(status.expect_err("refused").code(), Code::OutOfRange);
    assert!(!mesh.client(Some("omar")).await.tables().await.expect("still serving").is_empty());
}
