//! Where events go.

use url::Url;

/// An address that takes OpenLineage events by `POST`.
#[derive(Clone)]
pub struct Endpoint {
    pub(super) url: Url,
    pub(super) token: Option<String>,
    /// Governance of an earlier version takes no lineage, which is no fault.
    pub(super) may_be_missing: bool,
}

impl Endpoint {
    /// Any OpenLineage endpoint, by its full address; `token` is shown as bearer.
    #[must_use]
    pub fn new(url: Url, token: Option<String>) -> Self {
        Self { url, token, may_be_missing: false }
    }

    /// The governance service at `base` (`http://127.0.0.1:8460`), at `/api/v1/lineage`.
    #[must_use]
    pub fn governance(base: &Url, token: Option<String>) -> Self {
        let mut url = base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1", "lineage"]);
        }
        Self { url, token, may_be_missing: true }
    }

    /// For logs: without user, password and query, which may be secrets.
    pub(super) fn name(&self) -> String {
        format!("{}{}", self.url.origin().ascii_serialization(), self.url.path())
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The token is a secret.
        f.debug_struct("Endpoint").field("url", &self.name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn governance_has_its_path_below_its_base() {
        let at = |base: &str| Endpoint::governance(&base.parse().expect("a url"), None).url.to_string();
        assert_eq!(at("http://h:8460"), "http://h:8460/api/v1/lineage");
        assert_eq!(at("https://h/mesh/"), "https://h/mesh/api/v1/lineage");
    }

    #[test]
    fn an_endpoint_does_not_show_its_secrets() {
        let url = "https://user:pass@h/lineage?api_key=key".parse().expect("a url");
        let shown = format!("{:?}", Endpoint::new(url, Some("secret".into())));
        assert_eq!(shown, "Endpoint { url: \"https://h/lineage\", .. }");
    }
}
