//! Operations that move a contract version through its life.

use mesh_contract::PortName;
use reqwest::header::IF_MATCH;
use semver::Version;
use serde::Serialize;

use super::catalog::paged;
use super::{Client, ClientError};
use crate::lifecycle::{Decide, Deprecate, Transition, VersionEvent};
use crate::page::{Page, PageRequest};
use crate::port::VersionSummary;

impl Client {
    /// Approves, rejects, activates or retires a version, which must be as `seen` says; gives what it is then.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller may not, the version's status does not allow it, consumers still rely on
    /// it, or it changed since it was seen; otherwise as [`ClientError`] says.
    pub async fn decide(
        &self,
        port: &PortName,
        seen: &VersionSummary,
        transition: Transition,
        reason: &str,
    ) -> Result<VersionSummary, ClientError> {
        self.transit(port, seen, transition, &Decide { reason: reason.to_owned() }).await
    }

    /// Deprecates a version, which must be as `seen` says; gives what it is then.
    ///
    /// # Errors
    /// As [`Client::decide`].
    pub async fn deprecate(
        &self,
        port: &PortName,
        seen: &VersionSummary,
        request: &Deprecate,
    ) -> Result<VersionSummary, ClientError> {
        self.transit(port, seen, Transition::Deprecate, request).await
    }

    /// Says that the caller, a consumer of a deprecated version, knows that it ends.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller has no agreement on the version's major; otherwise as [`ClientError`] says.
    pub async fn acknowledge(&self, port: &PortName, version: &Version) -> Result<VersionSummary, ClientError> {
        let url = self.url(&["ports", port.domain(), port.port(), "versions", &version.to_string(), "acknowledge"]);
        self.send(self.http.post(url.clone()), url).await
    }

    /// What happened to a version, oldest first.
    ///
    /// # Errors
    /// As [`Client::port`].
    pub async fn events(
        &self,
        port: &PortName,
        version: &Version,
        page: &PageRequest,
    ) -> Result<Page<VersionEvent>, ClientError> {
        let version = version.to_string();
        self.get(paged(self.url(&["ports", port.domain(), port.port(), "versions", &version, "events"]), page)).await
    }

    async fn transit(
        &self,
        port: &PortName,
        seen: &VersionSummary,
        transition: Transition,
        body: &impl Serialize,
    ) -> Result<VersionSummary, ClientError> {
        let version = seen.version.to_string();
        let url = self.url(&["ports", port.domain(), port.port(), "versions", &version, transition.as_str()]);
        self.send(self.http.post(url.clone()).header(IF_MATCH, seen.etag()).json(body), url).await
    }
}
