//! The typed client: one method for each operation of the REST interface.

mod access;
mod audit;
mod catalog;
mod error;
mod lifecycle;
mod lineage;
mod register;
mod report;
mod rules;
mod subscriptions;

use std::time::Duration;

use opentelemetry_http::HeaderInjector;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{RequestBuilder, Response, StatusCode, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use url::Url;

use crate::problem::Problem;

pub use error::ClientError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// The header that makes a repeated request the same request.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Talks to one governance service. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    base: Url,
    token: Option<String>,
    http: reqwest::Client,
}

impl Client {
    /// A client of the governance service at `base` (`http://127.0.0.1:8460`), which shows `token` as bearer.
    /// It waits 5 s for a connection and 30 s for a whole answer, and follows no redirects.
    ///
    /// # Errors
    /// [`ClientError::Setup`] when the platform's TLS cannot be set up.
    pub fn new(base: Url, token: Option<String>) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("fince/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ClientError::Setup)?;
        Ok(Self::with_http(base, token, http))
    }

    /// As [`Client::new`], on an HTTP client that is set up otherwise (own roots, proxy, timeouts).
    #[must_use]
    pub fn with_http(base: Url, token: Option<String>, http: reqwest::Client) -> Self {
        Self { base, token, http }
    }

    /// The same client with another bearer token.
    #[must_use]
    pub fn with_token(&self, token: String) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// Address of an operation; segments are escaped, so a name cannot leave its place in the path.
    fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1"]).extend(segments);
        }
        url
    }

    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, ClientError> {
        self.send(self.http.get(url.clone()), url).await
    }

    async fn post<T: DeserializeOwned>(&self, url: Url, body: &impl Serialize) -> Result<T, ClientError> {
        self.send(self.http.post(url.clone()).json(body), url).await
    }

    async fn send<T: DeserializeOwned>(&self, mut request: RequestBuilder, url: Url) -> Result<T, ClientError> {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let request = request.header(ACCEPT, "application/json").headers(trace_headers());
        match request.send().await {
            Ok(response) => read(response, url).await,
            Err(source) => Err(ClientError::Unreachable { url, source }),
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The token is a secret.
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// `traceparent` of the current span, so that governance's spans join the caller's trace; empty without telemetry.
fn trace_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let context = tracing::Span::current().context();
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut HeaderInjector(&mut headers));
    });
    headers
}

async fn read<T: DeserializeOwned>(response: Response, url: Url) -> Result<T, ClientError> {
    let status = response.status();
    let problem = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == Problem::MEDIA_TYPE);
    let body = match response.bytes().await {
        Ok(body) => body,
        Err(source) => return Err(ClientError::Unreachable { url, source }),
    };
    let unexpected = |reason| ClientError::Unexpected { url, status: status.as_u16(), reason };
    if status.is_success() {
        // Nothing to say is said without a body.
        let body: &[u8] = if status == StatusCode::NO_CONTENT { b"null" } else { &body };
        return serde_json::from_slice(body).map_err(|error| unexpected(error.to_string()));
    }
    if problem && let Ok(problem) = serde_json::from_slice::<Problem>(&body) {
        return Err(ClientError::Refused(Box::new(problem)));
    }
    Err(unexpected("not a problem document".to_owned()))
}

/// Adds the fields of `query` that are there, each a text or a number.
fn queried(mut url: Url, query: &impl Serialize) -> Url {
    let Ok(Value::Object(fields)) = serde_json::to_value(query) else { return url };
    for (name, value) in fields {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        url.query_pairs_mut().append_pair(&name, &text);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{AgreementQuery, AgreementStatus};

    fn client(base: &str) -> Client {
        Client::new(base.parse().expect("a url"), None).expect("a client")
    }

    #[test]
    fn addresses_keep_the_base_path_and_names_stay_in_their_segment() {
        let at = |base: &str, segments: &[&str]| client(base).url(segments).to_string();
        assert_eq!(at("http://h:8460", &["ports"]), "http://h:8460/api/v1/ports");
        assert_eq!(at("http://h:8460/", &["ports"]), "http://h:8460/api/v1/ports");
        assert_eq!(at("https://h/mesh/", &["ports", "a"]), "https://h/mesh/api/v1/ports/a");
        assert_eq!(at("http://h", &["ports", "../x?y"]), "http://h/api/v1/ports/..%2Fx%3Fy");
    }

    #[test]
    fn a_client_does_not_show_its_token() {
        let client = client("http://h").with_token("secret".into());
        assert!(!format!("{client:?}").contains("secret"));
    }

    #[tokio::test]
    async fn nobody_listening_is_unreachable() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let error = client(&format!("http://{address}")).keys().await.expect_err("nobody listens");
        assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
        assert!(error.is_temporary());
        assert_eq!(error.code(), mesh_contract::Code(4050));
    }

    #[test]
    fn a_query_holds_what_is_asked_for() {
        let base = || Url::parse("http://h/agreements").expect("a url");
        let query = AgreementQuery {
            domain: Some("a&b".into()),
            status: Some(AgreementStatus::Requested),
            limit: Some(5),
            ..AgreementQuery::default()
        };
        assert_eq!(queried(base(), &query).query(), Some("domain=a%26b&status=requested&limit=5"));
        assert_eq!(queried(base(), &AgreementQuery::default()).query(), None);
    }
}
