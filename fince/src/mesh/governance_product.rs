//! Governance's own product: the one that comes with the program and not from the mesh folder.

use std::sync::Arc;

use governance_product::{DOMAIN, Feed, PRINCIPAL, Publisher};
use mesh_policy::{Identity, Principal};
use mesh_sdk::Product;

use super::{Mesh, Parts, Running, product_failure};
use crate::data_directory::DataDirectory;
use crate::failure::{Failure, codes};
use crate::signals::Stop;

/// The role that governance tells everything.
const ROLE: &str = "governance";

/// The product, unpacked into the data directory.
///
/// # Errors
/// When the data directory cannot be written.
pub(crate) fn open_governance_product(data: &DataDirectory) -> Result<Product, Failure> {
    governance_product::open(&data.governance_product()).map_err(|error| product_failure(&error))
}

/// Refuses a domain of the mesh folder that the program itself has.
///
/// # Errors
/// When it is one.
pub(crate) fn refuse_reserved(domain: &str) -> Result<(), Failure> {
    if domain != DOMAIN {
        return Ok(());
    }
    let text = format!("the domain `{DOMAIN}` is the mesh's own, and no product of a mesh folder can have it");
    Err(Failure::usage(codes::RESERVED_DOMAIN, text).help("give the domain, and its folder, another name"))
}

/// Whoever publishes the product, in the name of governance.
///
/// # Errors
/// When a token cannot be sealed or a client cannot be made.
pub(crate) fn publisher(mesh: &Mesh, product: &Product) -> Result<Publisher, Failure> {
    let own = mesh.product_identity(DOMAIN);
    let mut roles = own.principal.roles.clone();
    roles.push(ROLE.to_owned());
    let reader = Identity { principal: Principal { name: PRINCIPAL.to_owned(), roles }, ..own };
    Ok(Publisher::new(Feed::new(mesh.governance(mesh.token(&reader)?)?, &product.folder)))
}

/// Publishes the product as long as the mesh runs.
///
/// # Errors
/// As [`publisher`].
pub(crate) fn keep_governance_product(
    mesh: &Mesh,
    product: &Running,
    stop: &Stop,
    running: &mut Parts,
) -> Result<(), Failure> {
    let publisher = publisher(mesh, product.node.product())?;
    let (node, data, shutdown) = (Arc::clone(&product.node), mesh.data.clone(), stop.gentle.clone());
    running.spawn(async move {
        publisher.keep_publishing(&node, || data.lock_for_publishing(DOMAIN).ok(), shutdown).await;
        Ok(())
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_meshs_own_domain_is_refused() {
        assert!(refuse_reserved("lending").is_ok() && refuse_reserved("governance2").is_ok());
        let refused = refuse_reserved("governance").expect_err("refused").render(false).expect("text");
        assert!(refused.starts_with("error[FC-5058]: the domain `governance` is"), "{refused}");
    }
}
