//! Operations that submit documents.

use super::{Client, ClientError};
use crate::contract::{RegisterContract, Registration, Validation};
use crate::product::{ProductDetail, RegisterProduct};

impl Client {
    /// Registers a contract version. Registering the same document again gives the same registration.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with every fault of the document, or because the caller does not own the domain, or the
    /// version is taken by another document; otherwise as [`ClientError`] says.
    pub async fn register_contract(&self, request: &RegisterContract) -> Result<Registration, ClientError> {
        self.post(self.url(&["contracts"]), request).await
    }

    /// Whether the contract could be registered; nothing is stored.
    ///
    /// # Errors
    /// As [`Client::register_contract`].
    pub async fn validate_contract(&self, request: &RegisterContract) -> Result<Validation, ClientError> {
        self.post(self.url(&["contracts", "validate"]), request).await
    }

    /// Registers a data product, or renews its registration.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with every fault of the manifest, or because an output's contract version is not
    /// registered, or the caller does not own the domain; otherwise as [`ClientError`] says.
    pub async fn register_product(&self, request: &RegisterProduct) -> Result<ProductDetail, ClientError> {
        self.post(self.url(&["products"]), request).await
    }
}
