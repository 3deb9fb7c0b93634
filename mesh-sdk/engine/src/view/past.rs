//! Where a view's snapshots are: which snapshot of which newer major's table shows which version of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Below, Inner, View};
use crate::error::EngineError;
use crate::table::{AsOf, Snapshot};

/// One snapshot of a view.
#[derive(Clone)]
pub(super) struct Place {
    /// The view's own version.
    version: u64,
    pub(super) committed_at: DateTime<Utc>,
    below: Arc<Below>,
    /// The version of the table that holds the rows.
    held_as: u64,
}

impl View {
    /// The view's snapshots in newer majors' tables, newest first.
    pub(super) async fn places(&self) -> Result<Vec<Place>, EngineError> {
        let mut places = self.places_in(&self.0.below).await?;
        places.extend(self.elsewhere().await?.iter().cloned());
        places.sort_by_key(|place| std::cmp::Reverse(place.version));
        Ok(places)
    }

    /// Where the view's version `version` is. It may be in any of the tables: numbers go on when the view moves to a newer one.
    pub(super) async fn place(&self, version: u64) -> Result<Option<Place>, EngineError> {
        if let Some(found) = self.0.found.read().await.get(&version) {
            return Ok(Some(found.clone()));
        }
        let found = self.places().await?.into_iter().find(|place| place.version == version);
        if let Some(found) = &found {
            self.0.found.write().await.insert(version, found.clone());
        }
        Ok(found)
    }

    pub(super) async fn open(&self, place: &Place) -> Result<Arc<Snapshot>, EngineError> {
        let held = place.below.table.as_of(&AsOf::Version(place.held_as)).await?;
        self.through(&place.below, held).await
    }

    /// The number of the view's next snapshot, which a commit on top of `old` makes: higher than any that there was, in
    /// whichever table.
    pub(super) async fn next_version(&self, old: Option<&Snapshot>) -> Result<u64, EngineError> {
        let here = match old.map(|old| self.seen_in(old)) {
            None => None,
            Some(Some(seen)) => Some(seen.version),
            Some(None) => self.places_in(&self.0.below).await?.first().map(|place| place.version),
        };
        let elsewhere = self.elsewhere().await?.first().map(|place| place.version);
        let after = here.max(elsewhere).map_or(0, |newest| newest + 1);
        Ok(after.max(self.former_versions().await?))
    }

    pub(super) async fn former_versions(&self) -> Result<u64, EngineError> {
        let count = async || {
            let newest = self.0.former.newest().await?;
            Ok::<_, EngineError>(newest.map_or(0, |newest| newest.info().version + 1))
        };
        self.0.former_versions.get_or_try_init(count).await.copied()
    }

    /// The view's snapshots in other tables than the one below, newest first.
    async fn elsewhere(&self) -> Result<&[Place], EngineError> {
        let Inner { elsewhere, others, .. } = self.0.as_ref();
        let look = async || {
            let mut places = Vec::new();
            for other in others {
                places.extend(self.places_in(other).await?);
            }
            places.sort_by_key(|place| std::cmp::Reverse(place.version));
            Ok::<_, EngineError>(places)
        };
        Ok(elsewhere.get_or_try_init(look).await?)
    }

    async fn places_in(&self, below: &Arc<Below>) -> Result<Vec<Place>, EngineError> {
        let snapshots = below.table.snapshots().await?;
        let places = snapshots.iter().filter_map(|info| {
            let version = info.views.get(self.name())?.version;
            Some(Place { version, committed_at: info.committed_at, below: Arc::clone(below), held_as: info.version })
        });
        Ok(places.collect())
    }
}
