//! Moves an answer from the engine to the wire in a task of its own, a few frames ahead of the reader and no more.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use arrow_flight::FlightData;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tonic::Status;
use tracing::Instrument;

use crate::edge::Batches;
use crate::frames::{Frame, FrameEncoder};
use crate::gate::Call;
use crate::refusal::Refusal;
use crate::running::Entry;

/// Frames made before the reader asks for them.
const AHEAD_FRAMES: usize = 2;

/// How an answer ended. It travels beside the frames, because the channel may be full when a reader has stalled.
type Ending = Arc<Mutex<Option<Result<(), Refusal>>>>;

/// An answer on its way. Dropping it ends the work behind it.
pub(crate) struct Frames {
    frames: mpsc::Receiver<Frame>,
    ending: Ending,
    finished: bool,
}

/// Starts sending `batches`. The task ends with the last row, at the call's deadline, when it is cancelled, or when the
/// reader goes away, whichever is first.
pub(crate) fn start(call: Call, entry: Entry, batches: Batches) -> Frames {
    let (sender, frames) = mpsc::channel(AHEAD_FRAMES);
    let ending = Ending::default();
    let answer = Frames { frames, ending: Arc::clone(&ending), finished: false };
    let span = call.account.span().clone();
    tokio::spawn(
        async move {
            let (account, deadline) = (Arc::clone(&call.account), call.deadline);
            let work = async {
                tokio::select! {
                    biased;
                    () = entry.stop.cancelled() => Err(Refusal::Cancelled),
                    () = sender.closed() => Err(Refusal::Cancelled),
                    () = tokio::time::sleep_until(deadline) => Err(Refusal::Deadline),
                    outcome = send(&call, batches, &sender) => outcome,
                }
            };
            let outcome = work.await;
            if let Err(refusal) = &outcome {
                account.failed(refusal);
            }
            *ending.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        }
        .instrument(span),
    );
    answer
}

async fn send(call: &Call, batches: Batches, sender: &mpsc::Sender<Frame>) -> Result<(), Refusal> {
    let mut batches = batches.for_wire(call.desk.limits.batch_rows);
    let mut encoder = FrameEncoder::new(&batches.schema).map_err(Refusal::Encoding)?;
    if let Some(schema) = encoder.schema() {
        sender.send(schema).await.map_err(|_| Refusal::Cancelled)?;
    }
    while let Some(batch) = batches.stream.next().await {
        let batch = batch?;
        let frames = encoder.encode(&batch).map_err(Refusal::Encoding)?;
        call.account.sent(batch.num_rows(), frames.iter().map(Frame::body_len).sum());
        drop(batch);
        for frame in frames {
            sender.send(frame).await.map_err(|_| Refusal::Cancelled)?;
        }
    }
    Ok(())
}

impl Stream for Frames {
    type Item = Result<Frame, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.finished {
            return Poll::Ready(None);
        }
        if let Some(frame) = ready!(self.frames.poll_recv(context)) {
            return Poll::Ready(Some(Ok(frame)));
        }
        self.finished = true;
        let ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner).take();
        Poll::Ready(match ending {
            Some(Ok(())) => None,
            Some(Err(refusal)) => Some(Err(refusal.into())),
            // The task is gone and said nothing: it panicked.
            None => Some(Err(Refusal::Abandoned.into())),
        })
    }
}

/// An answer that either codec can take: tonic's, which copies, or the body that does not (`body.rs`).
#[derive(Clone)]
pub(crate) struct Handoff(Arc<Mutex<Option<Frames>>>);

impl Handoff {
    pub(crate) fn new(frames: Frames) -> Self {
        Self(Arc::new(Mutex::new(Some(frames))))
    }

    /// The frames, for whoever claims them first.
    pub(crate) fn claim(&self) -> Option<Frames> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Stream for Handoff {
    type Item = Result<FlightData, Status>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut frames = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match frames.as_mut() {
            Some(frames) => frames.poll_next_unpin(context).map_ok(FlightData::from),
            None => Poll::Ready(None),
        }
    }
}
