//! Governance as a data product: what it knows of the mesh, read from its REST interface and published like any other data,
//! under contracts, with history, lineage and access agreements.

mod documents;
mod error;
mod feed;
mod patience;
mod publisher;
mod source;

use std::path::Path;

use mesh_sdk::function::Functions;
use mesh_sdk::{Product, ProductError};

pub use error::PublishError;
pub use feed::Feed;
pub use publisher::Publisher;

/// The domain, which no product of a mesh folder may have.
pub const DOMAIN: &str = "governance";

/// Who the product is to governance.
pub const PRINCIPAL: &str = "product:governance";

/// Unpacks the product into `folder`, which then is a mesh folder of this one product, and opens it.
///
/// # Errors
/// [`ProductError::Data`] when the folder cannot be written; otherwise as [`Product::open`].
pub fn open(folder: &Path) -> Result<Product, Box<ProductError>> {
    documents::unpack(folder).map_err(|source| ProductError::Data { path: folder.to_owned(), source })?;
    Ok(Product::open(folder, DOMAIN, Functions::new())?)
}
