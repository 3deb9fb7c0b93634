//! What a mesh on one machine begins with: access for the example principals and between the products, and an officer who
//! approves what they wait for. All of it goes through the interface that a bank's people use, and is in the audit.

use mesh_api::{
    AgreementDetail, AgreementQuery, AgreementStatus, Client, ClientError, DecideAccess, RegistrationStatus,
    RequestAccess, Transition,
};
use mesh_contract::PortVersion;
use mesh_policy::{Identity, Principal};
use mesh_sdk::{Output, Product};

use super::Mesh;
use crate::failure::Failure;
use crate::service_errors;

const OFFICER: &str = "officer";
const SECOND: &str = "this-machine";
const REASON: &str = "the mesh on this machine";

/// How long access is asked for, in days: the bank's rules grant restricted data for no more than half a year.
const DAYS: i64 = 180;

/// Somebody who is to read a port.
struct Wish {
    consumer: Identity,
    port: PortVersion,
}

/// The wishes of everyone in the mesh, and who grants them.
pub(crate) struct Development<'m> {
    mesh: &'m Mesh,
    officer: Client,
    /// Somebody of governance who does not own its domain, as the officer does.
    second: Client,
    wishes: Vec<Wish>,
}

impl<'m> Development<'m> {
    /// The example principals' wishes over every port of these products, and the products' own for their inputs.
    ///
    /// # Errors
    /// When a token cannot be sealed or a client cannot be made.
    pub(crate) fn new(mesh: &'m Mesh, products: &[Product]) -> Result<Self, Failure> {
        let now = mesh.clock.now();
        let mut wishes = Vec::new();
        for product in products {
            let consumers = mesh.identity.consumers(now);
            let of_port = |output: &Output| {
                let port = output.port.clone();
                consumers.iter().map(move |consumer| Wish { consumer: consumer.clone(), port: port.clone() }).collect()
            };
            wishes.extend(product.outputs.iter().flat_map(|output| -> Vec<Wish> { of_port(output) }));
            let inputs = product.inputs.iter().filter_map(|input| input.upstream.clone());
            wishes.extend(inputs.map(|port| Wish { consumer: mesh.product_identity(product.domain()), port }));
        }
        let officer = mesh.identity.identity(OFFICER, now)?;
        let second = Principal { name: SECOND.to_owned(), roles: vec!["governance".to_owned()] };
        let second = mesh.governance(mesh.token(&Identity { principal: second, ..officer.clone() })?)?;
        let officer = mesh.governance(mesh.token(&officer)?)?;
        Ok(Self { mesh, officer, second, wishes })
    }

    /// Approves those of a product's contract versions that wait for an officer; gives how many.
    ///
    /// # Errors
    /// When governance does not answer or refuses.
    pub(crate) async fn approve(&self, product: &Product) -> Result<usize, Failure> {
        let mut approved = 0;
        let is_own = product.domain() == governance_product::DOMAIN;
        let approver = if is_own { &self.second } else { &self.officer };
        for output in &product.outputs {
            let (port, version) = (&output.port.name, &output.contract.version);
            let seen = match approver.version(port, version).await {
                Ok(seen) => seen.summary,
                // Refused at the gate, which the product says itself.
                Err(ClientError::Refused(_)) => continue,
                Err(error) => return Err(service_errors::governance(error)),
            };
            if seen.status == RegistrationStatus::Proposed {
                let decided = approver.decide(port, &seen, Transition::Approve, REASON).await;
                decided.map_err(service_errors::governance)?;
                approved += 1;
            }
        }
        Ok(approved)
    }

    /// Asks for and grants what was never asked for, or has run out, over a domain's ports. What was revoked or rejected stays
    /// so.
    ///
    /// # Errors
    /// When governance does not answer.
    pub(crate) async fn grant(&self, domain: &str) -> Result<(), Failure> {
        let owner = self.mesh.identity.owner(domain, self.mesh.clock.now());
        let owner = self.mesh.governance(self.mesh.token(&owner)?)?;
        for wish in self.wishes.iter().filter(|wish| wish.port.name.domain() == domain) {
            match self.grant_one(wish, &owner).await {
                Ok(()) => {}
                // A major that nobody serves, say; whoever reads it will be told.
                Err(ClientError::Refused(problem)) => {
                    tracing::warn!(port = %wish.port, consumer = wish.consumer.principal.name, %problem, "not granted");
                }
                Err(error) => return Err(service_errors::governance(error)),
            }
        }
        Ok(())
    }

    async fn grant_one(&self, wish: &Wish, owner: &Client) -> Result<(), ClientError> {
        let Wish { consumer, port } = wish;
        let Ok(token) = self.mesh.token(consumer) else { return Ok(()) };
        let client = owner.with_token(token);
        let query = AgreementQuery {
            port: Some(port.name.to_string()),
            principal: Some(consumer.principal.name.clone()),
            ..AgreementQuery::default()
        };
        if client
            .agreements(&query)
            .await?
            .items
            .iter()
            .any(|known| known.major == port.major && known.status != AgreementStatus::Expired)
        {
            return Ok(());
        }
        let request = RequestAccess {
            port: port.name.clone(),
            major: port.major,
            purposes: consumer.purpose.iter().map(|purpose| purpose.0.clone()).collect(),
            columns: None,
            until: self.mesh.clock.now() + chrono::TimeDelta::days(DAYS),
            reason: REASON.to_owned(),
        };
        let mut asked = client.request_access(&request, None).await?;
        // The owner first, then governance where the classification of the columns asks for it.
        for decider in [owner, &self.officer] {
            if asked.summary.status == AgreementStatus::Requested {
                asked = approved(decider, &asked).await?;
            }
        }
        Ok(())
    }
}

async fn approved(decider: &Client, asked: &AgreementDetail) -> Result<AgreementDetail, ClientError> {
    let decision = DecideAccess { reason: REASON.to_owned() };
    decider.approve_access(&asked.summary.id, &decision, &asked.summary.tag()).await
}
