//! Where governance may call. Whoever subscribes chooses the address, so it must not lead into the bank's own network.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Longest address, in bytes.
const URL_BYTES_MAX: usize = 2_000;

/// The addresses that may be called: `https` at public addresses, and anything at the hosts that the settings trust.
#[derive(Clone)]
pub(crate) struct Addresses {
    trusted: Arc<BTreeSet<String>>,
}

/// Why an address is not called.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddressError {
    #[error("`url` has at most {URL_BYTES_MAX} characters")]
    TooLong,
    #[error("`url` has no host, or a user, a password or a fragment")]
    Shape,
    #[error("`url` is not of `https`, and its host is not one that governance's settings trust")]
    Scheme,
    #[error("`url` is at an address that is not public, and its host is not one that governance's settings trust")]
    Private,
}

impl Addresses {
    /// `trusted` are names or addresses of hosts, without ports.
    pub(crate) fn new(trusted: impl IntoIterator<Item = String>) -> Self {
        Self { trusted: Arc::new(trusted.into_iter().map(|host| host.to_lowercase()).collect()) }
    }

    /// Whether the address as it is written may be called. What a name leads to is decided when it is called.
    pub(crate) fn check(&self, url: &Url) -> Result<(), AddressError> {
        if url.as_str().len() > URL_BYTES_MAX {
            return Err(AddressError::TooLong);
        }
        let host = url.host().ok_or(AddressError::Shape)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(AddressError::Shape);
        }
        if url.host_str().is_some_and(|host| self.trusts(host)) {
            let is_web = matches!(url.scheme(), "http" | "https");
            return is_web.then_some(()).ok_or(AddressError::Scheme);
        }
        if url.scheme() != "https" {
            return Err(AddressError::Scheme);
        }
        let is_public = match host {
            Host::Ipv4(address) => is_public(IpAddr::V4(address)),
            Host::Ipv6(address) => is_public(IpAddr::V6(address)),
            Host::Domain(_) => true,
        };
        is_public.then_some(()).ok_or(AddressError::Private)
    }

    fn trusts(&self, host: &str) -> bool {
        self.trusted.contains(&host.trim_matches(['[', ']']).to_lowercase())
    }
}

impl Resolve for Addresses {
    /// The addresses of a name. Of an untrusted one all must be public, and the connection is made to just these.
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !addresses.trusts(name.as_str()) && !found.iter().all(|address| is_public(address.ip())) {
                return Err(Box::from(io::Error::new(io::ErrorKind::PermissionDenied, AddressError::Private)));
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public Internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        // "This network", shared by carriers, benchmarks, protocol assignments, relays, multicast and what is reserved.
        || first == 0
        || (first == 100 && (64..128).contains(&second))
        || (first == 198 && (18..20).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 192 && second == 88 && third == 99)
        || first >= 224;
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Global unicast; everything else is local, multicast, mapped or reserved.
    if !(0x2000..0x4000).contains(&segments[0]) {
        return false;
    }
    match segments {
        // Teredo and other protocol assignments, documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // 6to4 carries an address of the old kind.
        [0x2002, high, low, ..] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_loopback_and_link_local_addresses_are_refused_in_every_spelling() {
        let addresses = Addresses::new([]);
        let allowed = |url: &str| addresses.check(&url.parse().expect("a url")).is_ok();
        for url in ["https://hooks.bank.example/mesh", "https://8.8.8.8:8443/", "https://[2606:4700::1111]/x?y=z"] {
            assert!(allowed(url), "{url}");
        }
        let refused = [
            "http://hooks.bank.example/",
            "https://user:secret@hooks.bank.example/",
            "https://user@hooks.bank.example/",
            "https://hooks.bank.example/#x",
            "ftp://hooks.bank.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://0/",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://198.18.0.1/",
            "https://192.0.0.8/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[2001:0:1::1]/",
            "https://[2001:db8::1]/",
            "https://[fe80::1]/",
            "https://[fc00::1]/",
            "https://[ff02::1]/",
        ];
        for url in refused {
            assert!(!allowed(url), "{url}");
        }
        assert!(!allowed(&format!("https://hooks.bank.example/{}", "x".repeat(2_000))));
    }

    #[test]
    fn trusted_hosts_may_be_private_and_without_tls() {
        let addresses = Addresses::new(["127.0.0.1".into(), "Hooks.internal".into(), "::1".into()]);
        let allowed = |url: &str| addresses.check(&url.parse().expect("a url")).is_ok();
        assert!(allowed("http://127.0.0.1:9000/x") && allowed("http://hooks.internal/") && allowed("http://[::1]:1/"));
        assert!(!allowed("http://127.0.0.2/") && !allowed("ftp://127.0.0.1/") && !allowed("http://x.hooks.internal/"));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_not_called() {
        let lookup = async |addresses: Addresses| addresses.resolve("localhost".parse().expect("a name")).await.is_ok();
        assert!(!lookup(Addresses::new([])).await);
        assert!(lookup(Addresses::new(["localhost".into()])).await);
    }
}
