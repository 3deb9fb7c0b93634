//! Operations on access agreements.

use reqwest::header::IF_MATCH;
use serde::Serialize;

use super::{Client, ClientError, IDEMPOTENCY_KEY, queried};
use crate::agreement::{
    AgreementDetail, AgreementQuery, AgreementSummary, DecideAccess, Grants, GrantsQuery, RenewAccess, RequestAccess,
};
use crate::page::Page;

impl Client {
    /// Asks for access, in the name of whose token it is. `key`, when given, is any text of at most 100 characters: asking
    /// again under it gives the same agreement.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when there is no such port, major or column, or a bank-wide rule refuses; otherwise as
    /// [`ClientError`] says.
    pub async fn request_access(
        &self,
        request: &RequestAccess,
        key: Option<&str>,
    ) -> Result<AgreementDetail, ClientError> {
        let url = self.url(&["agreements"]);
        let mut sent = self.http.post(url.clone()).json(request);
        if let Some(key) = key {
            sent = sent.header(IDEMPOTENCY_KEY, key);
        }
        self.send(sent, url).await
    }

    /// Agreements that match, of those that the caller may see, newest first.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn agreements(&self, query: &AgreementQuery) -> Result<Page<AgreementSummary>, ClientError> {
        self.get(queried(self.url(&["agreements"]), query)).await
    }

    /// One agreement.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when there is none that the caller may see; otherwise as [`ClientError`] says.
    pub async fn agreement(&self, id: &str) -> Result<AgreementDetail, ClientError> {
        self.get(self.url(&["agreements", id])).await
    }

    /// Approves a request, or its renewal, as owner of the port or as governance. `tag` is of the agreement as it was read.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when it is not for the caller to decide, was decided, or has changed since it was read;
    /// otherwise as [`ClientError`] says.
    pub async fn approve_access(
        &self,
        id: &str,
        decision: &DecideAccess,
        tag: &str,
    ) -> Result<AgreementDetail, ClientError> {
        self.step(id, "approve", decision, tag).await
    }

    /// Rejects a request, or its renewal.
    ///
    /// # Errors
    /// As [`Client::approve_access`].
    pub async fn reject_access(
        &self,
        id: &str,
        decision: &DecideAccess,
        tag: &str,
    ) -> Result<AgreementDetail, ClientError> {
        self.step(id, "reject", decision, tag).await
    }

    /// Ends an agreement before its time, or takes back a request of one's own.
    ///
    /// # Errors
    /// As [`Client::approve_access`].
    pub async fn revoke_access(
        &self,
        id: &str,
        decision: &DecideAccess,
        tag: &str,
    ) -> Result<AgreementDetail, ClientError> {
        self.step(id, "revoke", decision, tag).await
    }

    /// Asks for a longer agreement.
    ///
    /// # Errors
    /// As [`Client::approve_access`].
    pub async fn renew_access(
        &self,
        id: &str,
        renewal: &RenewAccess,
        tag: &str,
    ) -> Result<AgreementDetail, ClientError> {
        self.step(id, "renew", renewal, tag).await
    }

    /// The agreements in force over the ports of a domain, for its product: at once when `query` holds another revision or
    /// none, else as soon as there is another or the wait is over.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller does not own the domain; otherwise as [`ClientError`] says.
    pub async fn grants(&self, query: &GrantsQuery) -> Result<Grants, ClientError> {
        self.get(queried(self.url(&["grants"]), query)).await
    }

    async fn step(
        &self,
        id: &str,
        step: &str,
        body: &impl Serialize,
        tag: &str,
    ) -> Result<AgreementDetail, ClientError> {
        let url = self.url(&["agreements", id, step]);
        self.send(self.http.post(url.clone()).json(body).header(IF_MATCH, tag), url).await
    }
}
