//! Registration: a product serves only contract versions that governance accepted.

use chrono::{DateTime, Utc};
use mesh_api::{Client, ClientError, Problem, RegisterContract, RegisterProduct, RegistrationStatus};
use mesh_contract::PortVersion;
use url::Url;

use crate::error::ProductError;
use crate::product::{Output, Product};
use crate::receipts::Receipts;

/// What governance says of one port's contract.
#[derive(Clone, Debug, PartialEq)]
pub enum Acceptance {
    /// Accepted now.
    Accepted,
    /// Governance is away; the receipt on disk says it was accepted then.
    AcceptedBefore(DateTime<Utc>),
    /// Registered and not in force: somebody has to decide, or has decided against it. The port is not served.
    Waiting(RegistrationStatus),
    /// Governance is away and there is no receipt: the port is not served.
    Unknown,
    /// Refused: the port is not served.
    Refused(Box<Problem>),
}

/// A port and what governance says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PortStatus {
    /// The port.
    pub port: PortVersion,
    /// What governance says.
    pub acceptance: Acceptance,
}

impl PortStatus {
    /// Whether the port may be served.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self.acceptance, Acceptance::Accepted | Acceptance::AcceptedBefore(_))
    }
}

/// Registers every contract of `product`, then the product, and keeps the receipts.
pub(crate) async fn register(
    client: &Client,
    product: &Product,
    endpoint: Option<&Url>,
    receipts: &Receipts,
    now: DateTime<Utc>,
) -> Result<Vec<PortStatus>, ProductError> {
    let mut statuses = Vec::with_capacity(product.outputs.len());
    for output in &product.outputs {
        let acceptance = register_contract(client, output, receipts, now).await?;
        tracing::info!(port = %output.port, version = %output.contract.version, ?acceptance, "registered");
        statuses.push(PortStatus { port: output.port.clone(), acceptance });
    }
    let is_registered = |acceptance: &Acceptance| matches!(acceptance, Acceptance::Accepted | Acceptance::Waiting(_));
    if statuses.iter().all(|status| is_registered(&status.acceptance)) {
        let request = RegisterProduct {
            manifest: product.document.clone(),
            file: Some(product.file.display().to_string()),
            endpoint: endpoint.cloned(),
        };
        if let Err(error) = client.register_product(&request).await {
            tracing::warn!(domain = product.domain(), %error, "the product's manifest was not registered");
        }
    }
    Ok(statuses)
}

async fn register_contract(
    client: &Client,
    output: &Output,
    receipts: &Receipts,
    now: DateTime<Utc>,
) -> Result<Acceptance, ProductError> {
    let request = RegisterContract { document: output.document.clone(), file: Some(output.file.display().to_string()) };
    match client.register_contract(&request).await {
        Ok(registration) => match registration.receipt {
            Some(receipt) if receipts.check(output, &receipt, now).is_some() => {
                receipts.keep(output, &receipt)?;
                Ok(Acceptance::Accepted)
            }
            // Whoever answered does not hold governance's key.
            Some(_) => Ok(Acceptance::Unknown),
            None => Ok(Acceptance::Waiting(registration.status)),
        },
        Err(ClientError::Refused(problem)) if !ClientError::Refused(problem.clone()).is_temporary() => {
            Ok(Acceptance::Refused(problem))
        }
        Err(error) => {
            tracing::warn!(port = %output.port, %error, "governance did not answer");
            Ok(match receipts.find(output, now) {
                Some(receipt) => Acceptance::AcceptedBefore(receipt.accepted_at),
                None => Acceptance::Unknown,
            })
        }
    }
}
