//! Why a port was not published.

use std::io;
use std::path::PathBuf;

use mesh_api::ClientError;
use mesh_sdk::ProductError;

/// Why a port of the product was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Governance does not answer, or refuses.
    #[error("governance does not tell what it knows")]
    Governance(#[from] ClientError),
    /// The run could not begin, or a file could not be written.
    #[error(transparent)]
    Product(Box<ProductError>),
}

impl From<ProductError> for PublishError {
    fn from(error: ProductError) -> Self {
        Self::Product(Box::new(error))
    }
}

/// A file that cannot be written.
pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.into();
    move |source| ProductError::Data { path, source }.into()
}
