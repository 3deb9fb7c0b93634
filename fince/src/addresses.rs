//! Where everything listens: fixed distances from one port base, always on loopback.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;
use url::Url;

use crate::failure::{Failure, codes};

/// The port base that documents and clients assume.
pub(crate) const PORT_BASE: u16 = 8460;

/// The highest base that leaves room for every service above it.
pub(crate) const PORT_BASE_MAX: u16 = u16::MAX - 64;

/// Domains without a fixed place begin this far above the base, behind the gateway's.
const BEHIND_FIXED: u16 = 11;

/// The domains in the order of their ports: the first listens one above the base.
const DOMAINS: [&str; 5] = ["lending", "investing", "insurance", "deposits", governance_product::DOMAIN];

/// The addresses of one mesh on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Addresses {
    base: u16,
}

impl Addresses {
    /// The addresses above `base`, which is at most [`PORT_BASE_MAX`].
    pub(crate) fn new(base: u16) -> Self {
        Self { base }
    }

    /// Governance: REST.
    pub(crate) fn governance(self) -> SocketAddr {
        self.at(0)
    }

    /// A domain's Flight SQL; `None` for a domain that has no fixed place.
    pub(crate) fn flight(self, domain: &str) -> Option<SocketAddr> {
        let position = DOMAINS.iter().position(|known| *known == domain)?;
        Some(self.at(u16::try_from(position).ok()? + 1))
    }

    /// A product's Flight SQL: its domain's fixed place, or the one behind all fixed places for the product that is
    /// `position`th in the mesh folder.
    pub(crate) fn product(self, domain: &str, position: usize) -> SocketAddr {
        let behind = || self.at(u16::try_from(position).unwrap_or(u16::MAX).saturating_add(BEHIND_FIXED));
        self.flight(domain).unwrap_or_else(behind)
    }

    /// The Flight SQL address that queries go to when none is named: lending's.
    pub(crate) fn default_flight(self) -> SocketAddr {
        self.at(1)
    }

    fn at(self, distance: u16) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.base.saturating_add(distance)).into()
    }
}

/// An address as a URL for clients.
///
/// # Errors
/// Never for a real address; the type of the parser asks.
pub(crate) fn url(address: SocketAddr) -> Result<Url, Failure> {
    Url::parse(&format!("http://{address}"))
        .map_err(|error| Failure::usage(codes::UNREACHABLE, format!("`{address}` is no address")).because(&error))
}

/// An address that is taken for a service.
#[derive(Debug)]
pub(crate) struct Reserved {
    reserved: mesh_sdk::Reserved,
    service: String,
}

impl Reserved {
    /// Takes an address for the `service` named.
    ///
    /// # Errors
    /// When another process holds it, or the system refuses it.
    pub(crate) fn take(service: &str, address: SocketAddr) -> Result<Self, Failure> {
        let reserved = mesh_sdk::Reserved::take(address).map_err(|error| refused(service, address, &error))?;
        Ok(Self { reserved, service: service.to_owned() })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.reserved.address()
    }

    /// Opens the door.
    ///
    /// # Errors
    /// As [`Reserved::take`].
    pub(crate) fn open(self) -> Result<TcpListener, Failure> {
        let address = self.address();
        self.reserved.open().map_err(|error| refused(&self.service, address, &error))
    }
}

fn refused(service: &str, address: SocketAddr, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        return Failure::environment(
            codes::ADDRESS_IN_USE,
            format!("`{address}` for {service} is in use by another process"),
        )
        .help("stop that process, or move the whole mesh: `fince --port-base 9460 up`");
    }
    Failure::environment(codes::ADDRESS_IN_USE, format!("cannot listen on `{address}` for {service}")).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mesh_keeps_its_fixed_ports() {
        let addresses = Addresses::new(PORT_BASE);
        assert_eq!(addresses.governance().to_string(), "127.0.0.1:8460");
        let flight: Vec<_> = DOMAINS.iter().filter_map(|domain| addresses.flight(domain)).map(|at| at.port()).collect();
        assert_eq!(flight, [8461, 8462, 8463, 8464, 8465]);
        assert_eq!(addresses.flight("treasury"), None);
    }

    #[tokio::test]
    async fn a_taken_address_is_named() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a listener");
        let address = held.local_addr().expect("its address");
        let failure = Reserved::take("governance", address).expect_err("is taken");
        let text = failure.render(false).expect("text");
        assert!(text.contains(&format!("error[FC-5005]: `{address}` for governance is in use")), "{text}");
    }

    #[tokio::test]
    async fn a_reserved_address_answers_nobody_before_it_is_opened() {
        let reserved = Reserved::take("lending", (Ipv4Addr::LOCALHOST, 0).into()).expect("is free");
        let address = reserved.address();
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
        let _listener = reserved.open().expect("opens");
        tokio::net::TcpStream::connect(address).await.expect("connects");
    }
}
