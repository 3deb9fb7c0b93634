//! Searching the catalog.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use mesh_api::{SearchPage, SearchRequest};
use tokio::task::JoinError;

use super::refusals::Refusals;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::search::SearchError;
use crate::service::Service;

/// Why a search has no answer.
#[derive(Debug)]
pub(crate) enum Error {
    Search(SearchError),
    /// The search broke off.
    Task(JoinError),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let failure = match self {
            Self::Search(SearchError::NotReady) => {
                Failure::new(failure::INDEXING, "governance has just started; try again in a moment")
            }
            Self::Search(SearchError::BadRequest(detail)) => Failure::new(failure::BAD_QUERY, detail),
            Self::Search(error @ SearchError::Index(_)) => Failure::internal(&error),
            Self::Task(error) => Failure::internal(&error),
        };
        failure.into_response()
    }
}

/// Searches products, ports and columns by their names, titles, descriptions, owners, tags and links.
///
/// Every word is optional: what matches more and rarer words, and in better places, comes first, and exact names before all.
/// Typing errors are forgiven by the length of a word, and the last word may be unfinished. What was registered before the
/// question is found.
#[utoipa::path(
    get,
    path = "/search",
    tag = "search",
    params(SearchRequest),
    responses((status = 200, description = "One page", body = SearchPage), Refusals),
)]
pub(crate) async fn search_catalog(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(request): Query<SearchRequest>,
) -> Result<Json<SearchPage>, Error> {
    // A database that does not answer takes nothing new either: the index is as good as it gets.
    if let Ok(event) = service.0.store.last_event().await {
        service.0.search.caught_up(event).await;
    }
    let (search, now) = (service.0.search.clone(), service.0.clock.now());
    let searching = tokio::task::spawn_blocking(move || search.answer(&request, &identity.principal, now));
    searching.await.map_err(Error::Task)?.map(Json).map_err(Error::Search)
}
