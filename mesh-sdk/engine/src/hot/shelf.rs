//! Which snapshots are held in memory: those read more than once, within a budget, the least recently read leave first.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use datafusion::catalog::TableProvider;
use parking_lot::Mutex;

use super::copy::HotCopy;
use crate::table::Snapshot;

/// The scan at which a snapshot counts as read again and again.
const SCANS_TO_COPY: u32 = 2;

/// The copies of one process.
#[derive(Debug)]
pub(crate) struct Shelf {
    bytes_max: usize,
    batch_rows: usize,
    scans: AtomicU64,
    copied: Mutex<Vec<Weak<Snapshot>>>,
}

/// A snapshot's place on the shelf.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    state: Mutex<State>,
    /// Number of the shelf's scan that read it last.
    last_scan: AtomicU64,
}

#[derive(Debug)]
enum State {
    /// On storage only, scanned this often.
    Cold(u32),
    /// Being copied, or found not to fit.
    Settled,
    Hot(Arc<HotCopy>),
}

impl Default for State {
    fn default() -> Self {
        Self::Cold(0)
    }
}

impl Shelf {
    /// A shelf for `bytes_max` bytes of copies in batches of `batch_rows` rows; zero bytes: none.
    pub(crate) fn new(bytes_max: usize, batch_rows: usize) -> Arc<Self> {
        Arc::new(Self { bytes_max, batch_rows, scans: AtomicU64::default(), copied: Mutex::default() })
    }

    /// What a scan of `snapshot` reads: its copy, or its files. Reading the files again starts the copy, in the
    /// background.
    pub(crate) fn table(self: &Arc<Self>, snapshot: &Arc<Snapshot>) -> Arc<dyn TableProvider> {
        let slot = snapshot.slot();
        slot.last_scan.store(self.scans.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let mut state = slot.state.lock();
        match &mut *state {
            State::Hot(copy) => return Arc::clone(copy) as _,
            State::Cold(scans) => {
                *scans += 1;
                if *scans >= SCANS_TO_COPY && self.bytes_max > 0 {
                    *state = State::Settled;
                    tokio::spawn(copy(Arc::clone(self), Arc::clone(snapshot)));
                }
            }
            State::Settled => {}
        }
        snapshot.provider()
    }

    /// Puts a copy up and takes others down until the budget is kept.
    fn put(&self, snapshot: &Arc<Snapshot>, copy: HotCopy) {
        let mut copied = self.copied.lock();
        let mut held: Vec<Arc<Snapshot>> = copied.iter().filter_map(Weak::upgrade).collect();
        held.sort_by_key(|other| other.slot().last_scan.load(Ordering::Relaxed));
        let mut bytes = copy.bytes() + held.iter().map(|other| other.slot().bytes()).sum::<usize>();
        held.retain(|other| {
            let stays = bytes <= self.bytes_max;
            if !stays {
                bytes -= other.slot().bytes();
                *other.slot().state.lock() = State::default();
            }
            stays
        });
        *snapshot.slot().state.lock() = State::Hot(Arc::new(copy));
        *copied = held.iter().chain([snapshot]).map(Arc::downgrade).collect();
    }
}

impl Slot {
    /// Whether its rows are in memory.
    pub(crate) fn is_held(&self) -> bool {
        matches!(&*self.state.lock(), State::Hot(_))
    }

    fn bytes(&self) -> usize {
        match &*self.state.lock() {
            State::Hot(copy) => copy.bytes(),
            State::Cold(_) | State::Settled => 0,
        }
    }
}

async fn copy(shelf: Arc<Shelf>, snapshot: Arc<Snapshot>) {
    match HotCopy::read(snapshot.provider().as_ref(), shelf.batch_rows, shelf.bytes_max).await {
        Ok(Some(copy)) => {
            tracing::debug!(version = snapshot.info().version, bytes = copy.bytes(), "snapshot held in memory");
            shelf.put(&snapshot, copy);
        }
        Ok(None) => tracing::debug!(version = snapshot.info().version, "snapshot larger than the memory for copies"),
        Err(error) => {
            tracing::warn!(version = snapshot.info().version, %error, "snapshot could not be read into memory");
            *snapshot.slot().state.lock() = State::default();
        }
    }
}
