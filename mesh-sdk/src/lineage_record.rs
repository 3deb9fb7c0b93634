//! A run's OpenLineage events beside its record, one a line: what was sent, for whoever was away, and for people.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_engine::run::RunEvent;

/// The events of one run, in the order in which they happened.
#[derive(Clone, Default)]
pub(crate) struct LineageRecord(Arc<Mutex<String>>);

impl LineageRecord {
    /// Keeps every OpenLineage event that the run tells.
    pub(crate) fn listener(&self) -> impl Fn(&RunEvent<'_>) + Send + Sync + 'static {
        let lines = Arc::clone(&self.0);
        move |event| {
            if let RunEvent::OpenLineage(event) = event
                && let Ok(line) = serde_json::to_string(event)
            {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.push_str(&line);
                lines.push('\n');
            }
        }
    }

    /// Writes them down. Lineage is best effort: a full disk has been told by the run's own record.
    pub(crate) fn write(&self, path: &Path) {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = std::fs::write(path, lines.as_bytes()) {
            tracing::warn!(path = %path.display(), %error, "the run's lineage could not be kept");
        }
    }
}
