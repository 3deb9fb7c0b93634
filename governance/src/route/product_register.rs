//! Registering a data product.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use mesh_api::{Problem, ProductDetail, RegisterProduct};
use mesh_contract::Contract;

use super::refusals::{BodyRefusals, Refusals};
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::gate::product::{Product, judge, port_of};
use crate::lineage::declared;
use crate::service::Service;
use crate::store::StoreError;
use crate::store::products::{NewOutput, NewProduct, StoredProduct};

/// Why a product was not registered.
#[derive(Debug)]
pub(crate) enum Error {
    /// The gate said no.
    Gate(Failure),
    /// These outputs name contract versions that are not registered.
    Unregistered(Vec<String>),
    Store(StoreError),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Gate(failure) => failure.into_response(),
            Self::Unregistered(outputs) => {
                let detail = format!("register these contract versions first: {}", outputs.join(", "));
                Failure::new(failure::OUTPUTS_UNREGISTERED, detail).into_response()
            }
            Self::Store(error) => Failure::from(error).into_response(),
        }
    }
}

/// Registers a data product, or renews its registration.
///
/// A product does this on each start. Each output must name a registered contract version.
#[utoipa::path(
    post,
    path = "/products",
    tag = "products",
    request_body = RegisterProduct,
    responses(
        (status = 200, description = "Registered", body = ProductDetail),
        (status = 403, description = "The caller does not own the domain", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The manifest has faults, or an output has no registered contract", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn register_product(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(request): Body<RegisterProduct>,
) -> Result<Json<ProductDetail>, Error> {
    let registered = match judge(&identity.principal, request).await {
        Ok(accepted) => register(&service, &accepted, &identity.principal.name).await,
        Err(failure) => Err(Error::Gate(failure)),
    };
    let outcome = match &registered {
        Ok(_) => "registered",
        Err(Error::Store(_)) => "failed",
        Err(Error::Gate(_) | Error::Unregistered(_)) => "refused",
    };
    service.0.metrics.registered("product", outcome);
    registered
}

async fn register(service: &Service, accepted: &Product, registered_by: &str) -> Result<Json<ProductDetail>, Error> {
    let Product { version, manifest, document, endpoint } = accepted;
    let output = |output| {
        let port = port_of(manifest, output)?;
        Ok(NewOutput { port, contract_id: &output.contract_id, version: &output.version })
    };
    let outputs = manifest.output_ports.iter().map(output).collect::<Result<Vec<_>, _>>().map_err(Error::Gate)?;
    let new = NewProduct {
        domain: &manifest.domain,
        id: &manifest.id,
        name: manifest.name.as_deref().unwrap_or(&manifest.domain),
        version,
        manifest: document,
        endpoint: endpoint.as_ref(),
        outputs: &outputs,
        registered_by,
        registered_at: service.0.clock.now(),
    };
    match service.0.store.store_product(&new).await.map_err(Error::Store)? {
        StoredProduct::Stored => tracing::info!(domain = new.domain, version = %version, "registered a product"),
        StoredProduct::Unregistered(places) => {
            let missing = places.into_iter().filter_map(|place| outputs.get(place));
            let show = |output: &NewOutput<'_>| {
                format!("`{}` version `{}` of contract `{}`", output.port, output.version, output.contract_id)
            };
            return Err(Error::Unregistered(missing.map(show).collect()));
        }
    }
    declare(service, accepted, registered_by).await.map_err(Error::Gate)?;
    let stored = service.0.store.product(new.domain).await.map_err(Error::Store)?;
    let vanished = || Failure::new(failure::INTERNAL, "the product vanished while it was registered");
    stored.map(Json).ok_or_else(|| Error::Gate(vanished()))
}

/// Writes into the lineage graph what the product says it is made from. A product that is not told so registers again.
async fn declare(service: &Service, accepted: &Product, by: &str) -> Result<(), Failure> {
    let (store, manifest) = (&service.0.store, &accepted.manifest);
    let mut documents = Vec::new();
    for output in &manifest.output_ports {
        let found = store.version(&port_of(manifest, output)?, &output.version).await?;
        documents.extend(found.map(|(_, document)| document));
    }
    let inputs = manifest.input_ports.iter().map(|input| input.contract_id.as_str());
    let inputs =
        inputs.chain(manifest.output_ports.iter().flat_map(|output| &output.inputs).map(|input| input.id.as_str()));
    let (ports, manifest) = (store.ports_by_contract(inputs.collect()).await?, manifest.clone());
    let domain = manifest.domain.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let contracts: Vec<_> =
            documents.iter().filter_map(|document| Contract::lint("contract", document).0).collect();
        declared(&manifest, &ports, &contracts)
    });
    let ports = reading.await.map_err(|error| Failure::internal(&error))?;
    Ok(store.declare(&domain, ports, by, service.0.clock.now()).await?)
}
