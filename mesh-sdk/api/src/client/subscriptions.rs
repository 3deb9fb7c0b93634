//! Operations on webhooks.

use super::{Client, ClientError, IDEMPOTENCY_KEY};
use crate::page::{Page, PageRequest};
use crate::subscription::{NewSubscription, Subscribe, Subscription};

impl Client {
    /// Subscribes a webhook to what happens from now on. `key`, when given, is any text of at most 100 characters: asking
    /// again under it gives the same subscription.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the address may not be called, or the caller has too many; otherwise as [`ClientError`]
    /// says.
    pub async fn subscribe(&self, request: &Subscribe, key: Option<&str>) -> Result<NewSubscription, ClientError> {
        let url = self.url(&["subscriptions"]);
        let mut sent = self.http.post(url.clone()).json(request);
        if let Some(key) = key {
            sent = sent.header(IDEMPOTENCY_KEY, key);
        }
        self.send(sent, url).await
    }

    /// The caller's subscriptions, newest first; governance sees all.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn subscriptions(&self, page: &PageRequest) -> Result<Page<Subscription>, ClientError> {
        self.get(super::catalog::paged(self.url(&["subscriptions"]), page)).await
    }

    /// Ends a subscription.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller has none of that identity; otherwise as [`ClientError`] says.
    pub async fn unsubscribe(&self, id: &str) -> Result<(), ClientError> {
        let url = self.url(&["subscriptions", id]);
        self.send(self.http.delete(url.clone()), url).await
    }
}
