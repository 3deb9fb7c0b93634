//! Operations that read the catalog.

use mesh_contract::PortName;
use semver::Version;
use url::Url;

use super::{Client, ClientError, queried};
use crate::key::Keys;
use crate::page::{Page, PageRequest};
use crate::port::{PortDetail, PortSummary, VersionDetail, VersionSummary};
use crate::product::{ProductDetail, ProductSummary};
use crate::quality::{PortQuality, QualityRequest, QualityResult, ResultsRequest};
use crate::search::{SearchPage, SearchRequest};

impl Client {
    /// Data products by domain.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn products(&self, page: &PageRequest) -> Result<Page<ProductSummary>, ClientError> {
        self.get(paged(self.url(&["products"]), page)).await
    }

    /// The data product of a domain.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when there is none; otherwise as [`ClientError`] says.
    pub async fn product(&self, domain: &str) -> Result<ProductDetail, ClientError> {
        self.get(self.url(&["products", domain])).await
    }

    /// Ports by name.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn ports(&self, page: &PageRequest) -> Result<Page<PortSummary>, ClientError> {
        self.get(paged(self.url(&["ports"]), page)).await
    }

    /// One port.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when there is none; otherwise as [`ClientError`] says.
    pub async fn port(&self, name: &PortName) -> Result<PortDetail, ClientError> {
        self.get(self.url(&["ports", name.domain(), name.port()])).await
    }

    /// Registered contract versions of a port, newest first.
    ///
    /// # Errors
    /// As [`Client::port`].
    pub async fn versions(&self, name: &PortName, page: &PageRequest) -> Result<Page<VersionSummary>, ClientError> {
        self.get(paged(self.url(&["ports", name.domain(), name.port(), "versions"]), page)).await
    }

    /// One registered contract version, with its document.
    ///
    /// # Errors
    /// As [`Client::port`].
    pub async fn version(&self, name: &PortName, version: &Version) -> Result<VersionDetail, ClientError> {
        self.get(self.url(&["ports", name.domain(), name.port(), "versions", &version.to_string()])).await
    }

    /// Products, ports and columns by words, best first.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the request is out of bounds, or the index is still being built; otherwise as
    /// [`ClientError`] says.
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchPage, ClientError> {
        self.get(queried(self.url(&["search"]), request)).await
    }

    /// How a port does: its last run, its rules and its service levels.
    ///
    /// # Errors
    /// As [`Client::port`].
    pub async fn quality(&self, name: &PortName, request: &QualityRequest) -> Result<PortQuality, ClientError> {
        self.get(queried(self.url(&["ports", name.domain(), name.port(), "quality"]), request)).await
    }

    /// What runs found of a port's rules, newest first.
    ///
    /// # Errors
    /// As [`Client::port`].
    pub async fn quality_results(
        &self,
        name: &PortName,
        request: &ResultsRequest,
    ) -> Result<Page<QualityResult>, ClientError> {
        self.get(queried(self.url(&["ports", name.domain(), name.port(), "quality", "results"]), request)).await
    }

    /// The public keys that open receipts.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn keys(&self) -> Result<Keys, ClientError> {
        self.get(self.url(&["keys"])).await
    }

    /// Whose bearer tokens the mesh takes, with their public keys.
    ///
    /// # Errors
    /// As [`ClientError`] says.
    pub async fn issuers(&self) -> Result<Vec<Keys>, ClientError> {
        self.get(self.url(&["issuers"])).await
    }
}

pub(super) fn paged(mut url: Url, page: &PageRequest) -> Url {
    if page.cursor.is_some() || page.limit.is_some() {
        let limit = page.limit.map(|limit| limit.to_string());
        let named = [("cursor", page.cursor.as_deref()), ("limit", limit.as_deref())];
        url.query_pairs_mut().extend_pairs(named.into_iter().filter_map(|(name, value)| Some((name, value?))));
    }
    url
}
