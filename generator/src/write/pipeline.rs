//! Parts are made by several threads and written in order by one, with a bounded number of them in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Condvar, Mutex, PoisonError};

use arrow::array::RecordBatch;

use super::{Event, GenerateError, Made, Order};
use crate::market::Market;
use crate::part::Part;
use crate::table::Table;

/// Parts in memory beyond those being made.
const AHEAD: usize = 2;

/// A table's share of a part, encoded.
pub(super) struct Encoded<E> {
    pub(super) table: Table,
    rows: usize,
    pub(super) content: E,
}

type PartMade<E> = (usize, Result<Vec<Encoded<E>>, GenerateError>);

/// How many parts have been written; the end when nothing more will be.
struct Progress {
    written: Mutex<usize>,
    changed: Condvar,
}

impl Progress {
    fn advance(&self, to: usize) {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = to;
        self.changed.notify_all();
    }

    /// Waits until part `at` is no further than `window` ahead of what is written.
    fn wait(&self, at: usize, window: usize) -> bool {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_while(written, |written| *written != usize::MAX && at >= *written + window);
        *waited.unwrap_or_else(PoisonError::into_inner) != usize::MAX
    }
}

/// Makes `order`; `encode` runs on all threads, `write` on this one and in the order of the parts.
pub(super) fn run<E: Send>(
    order: &Order,
    encode: impl Fn(Table, RecordBatch) -> Result<E, GenerateError> + Sync,
    mut write: impl FnMut(Encoded<E>) -> Result<(), GenerateError>,
    events: &mut dyn FnMut(Event),
) -> Result<Made, GenerateError> {
    let parts = Part::all(&order.bank, &order.tables);
    let market = Market::draw(&order.bank);
    events(Event::Started { parts: parts.len() });
    let threads = order.threads.max(1);
    let (next, progress) = (AtomicUsize::new(0), Progress { written: Mutex::new(0), changed: Condvar::new() });
    let mut made: Made =
        Table::ALL.iter().filter(|table| order.tables.contains(table)).map(|table| (*table, 0)).collect();
    std::thread::scope(|scope| {
        let (sender, receiver) = channel::<PartMade<E>>();
        for _ in 0..threads {
            let (sender, parts, market) = (sender.clone(), &parts, &market);
            let (next, progress, encode) = (&next, &progress, &encode);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = parts.get(at).filter(|_| progress.wait(at, threads + AHEAD)) else { return };
                    if sender.send((at, make(*part, order, market, encode))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let written = in_order(&receiver, &progress, |part| {
            for encoded in part {
                let (table, rows) = (encoded.table, encoded.rows);
                write(encoded)?;
                events(Event::Written { table, rows });
                let total = made.iter_mut().find(|(of, _)| *of == table);
                total.into_iter().for_each(|(_, total)| *total += rows as u64);
            }
            events(Event::PartEnded);
            Ok(())
        });
        // Whoever still waits for its turn goes home.
        progress.advance(usize::MAX);
        written
    })?;
    Ok(made)
}

fn make<E>(
    part: Part,
    order: &Order,
    market: &Market,
    encode: &impl Fn(Table, RecordBatch) -> Result<E, GenerateError>,
) -> Result<Vec<Encoded<E>>, GenerateError> {
    let rows = part.rows(&order.bank, market, &order.tables)?;
    rows.into_iter()
        .map(|(table, batch)| {
            let rows = batch.num_rows();
            Ok(Encoded { table, rows, content: encode(table, batch)? })
        })
        .collect()
}

fn in_order<E>(
    receiver: &Receiver<PartMade<E>>,
    progress: &Progress,
    mut write: impl FnMut(Vec<Encoded<E>>) -> Result<(), GenerateError>,
) -> Result<(), GenerateError> {
    let (mut early, mut written) = (BTreeMap::new(), 0);
    for (at, part) in receiver {
        early.insert(at, part?);
        while let Some(part) = early.remove(&written) {
            write(part)?;
            written += 1;
            progress.advance(written);
        }
    }
    Ok(())
}
