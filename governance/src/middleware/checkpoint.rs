//! Checkpoints for those who change something: what they hold, nobody can cut off unnoticed.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use mesh_api::Checkpoint;

use super::only_reads;
use crate::failure::Failure;
use crate::service::Service;

/// Records between two checkpoints that governance keeps itself.
const KEPT_EVERY: u64 = 100;

/// Number of the newest record with a checkpoint that this process kept.
#[derive(Default)]
pub(crate) struct Kept(AtomicU64);

/// Adds a checkpoint to the answer of a request that changed something.
pub(crate) async fn tell(State(service): State<Service>, request: Request, next: Next) -> Response {
    let reads = only_reads(request.method());
    let mut response = next.run(request).await;
    if reads || !response.status().is_success() {
        return response;
    }
    // The change is made: that its checkpoint is missing must not make it look undone.
    match checkpoint(&service).await {
        Ok(Some(value)) => drop(response.headers_mut().insert(Checkpoint::HEADER, value)),
        Ok(None) => {}
        Err(failure) => tracing::warn!(?failure, "an answer goes without a checkpoint of the audit trail"),
    }
    response
}

async fn checkpoint(service: &Service) -> Result<Option<HeaderValue>, Failure> {
    let head = service.0.store.audit_head(service.0.clock.now()).await?;
    let sealed = head.seal(&service.0.sealer).map_err(|error| Failure::internal(&error))?;
    let kept = &service.0.kept.0;
    let newest = kept.load(Ordering::Relaxed);
    // Of those who find one due, one keeps it.
    let due = head.sequence >= newest.saturating_add(KEPT_EVERY);
    if due && kept.compare_exchange(newest, head.sequence, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        service.0.store.keep_checkpoint(&head, &sealed).await?;
    }
    Ok(HeaderValue::from_str(&sealed.seal).ok())
}
