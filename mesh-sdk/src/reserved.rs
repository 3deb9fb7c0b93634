//! An address that is taken before it is answered at.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait for their turn.
const BACKLOG: u32 = 1024;

/// An address that is taken, and where nobody is answered yet: whoever waits for a service may take an open door for it.
#[derive(Debug)]
pub struct Reserved {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Reserved {
    /// Takes an address; port 0 is one that the system chooses.
    ///
    /// # Errors
    /// When another process holds it, or the system refuses it.
    pub fn take(address: SocketAddr) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A process that ended a moment ago must not keep its own next start waiting.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens the door.
    ///
    /// # Errors
    /// As [`Reserved::take`].
    pub fn open(self) -> io::Result<TcpListener> {
        self.socket.listen(BACKLOG)
    }
}
