//! What a product's manifest must be: a valid document with a version, of a domain that the caller owns.

use mesh_api::RegisterProduct;
use mesh_contract::PortName;
use mesh_contract::product::{Manifest, OutputPort};
use mesh_policy::Principal;
use semver::Version;
use url::Url;

use super::{access, diagnostics};
use crate::failure::{self, Failure};

/// A product that may be registered, once its outputs' contracts are.
pub(crate) struct Product {
    pub(crate) version: Version,
    pub(crate) manifest: Manifest,
    pub(crate) document: String,
    pub(crate) endpoint: Option<Url>,
}

/// Reads and judges a submitted manifest.
pub(crate) async fn judge(principal: &Principal, request: RegisterProduct) -> Result<Product, Failure> {
    access::may_submit(principal)?;
    let RegisterProduct { manifest: document, file, endpoint } = request;
    let endpoint = endpoint.map(flight_address).transpose()?;
    let file = file.unwrap_or_else(|| "manifest".to_owned());
    let reading = tokio::task::spawn_blocking(move || (Manifest::parse(&file, &document), document));
    let (manifest, document) = reading.await.map_err(|error| Failure::internal(&error))?;
    let manifest = manifest.map_err(|report| {
        Failure::new(failure::MANIFEST_FAULTS, super::count(&report)).with_diagnostics(diagnostics(&report))
    })?;
    access::may_submit_for(principal, &manifest.domain)?;
    let Some(version) = manifest.version.clone() else {
        return Err(Failure::new(failure::MANIFEST_FAULTS, "a manifest needs a `version` to be registered"));
    };
    super::short(failure::MANIFEST_FAULTS, &version)?;
    super::storable(failure::MANIFEST_FAULTS, "name", manifest.name.as_deref())?;
    Ok(Product { version, manifest, document, endpoint })
}

/// The port that an output is, within its product's domain.
pub(crate) fn port_of(manifest: &Manifest, output: &OutputPort) -> Result<PortName, Failure> {
    PortName::new(&manifest.domain, &output.name)
        .map_err(|error| Failure::new(failure::MANIFEST_FAULTS, error.to_string()))
}

/// Consumers are shown this address, so it must be one of Flight, and carry no password.
fn flight_address(url: Url) -> Result<Url, Failure> {
    let schemes = ["grpc", "grpc+tcp", "grpc+tls", "grpcs", "http", "https"];
    let plain = url.username().is_empty() && url.password().is_none() && url.host_str().is_some();
    if plain && schemes.contains(&url.scheme()) {
        return Ok(url);
    }
    let detail = format!("`endpoint` is not an address of Flight: expected a host and one of {}", schemes.join(", "));
    Err(Failure::new(failure::BAD_ENDPOINT, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_flight_address_without_a_password() {
        let accepted = |text: &str| flight_address(text.parse().expect("a url")).is_ok();
        assert!(accepted("grpc://127.0.0.1:8461") && accepted("grpc+tls://flight.example:443"));
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "grpc://user:secret@host:1", "data:text/html,x"] {
            assert!(!accepted(bad), "{bad}");
        }
    }
}
