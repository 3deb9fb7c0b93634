//! A stack of its own for planning and deep expressions: both recurse over what the user wrote, and an overflow ends
//! the process.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures::stream::{BoxStream, Stream, StreamExt};

/// Bytes of stack for planning; only the pages that are touched cost memory. The caps on a query's text keep an
/// unoptimised build within a quarter of it.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Runs `work` on a large stack.
pub(super) fn on_large_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(STACK_BYTES, work)
}

/// Polls `future` on a large stack each time.
pub(super) async fn with_large_stack<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    std::future::poll_fn(move |context: &mut Context<'_>| -> Poll<F::Output> {
        let future: Pin<&mut F> = future.as_mut();
        on_large_stack(|| future.poll(context))
    })
    .await
}

/// Polls `stream` on a large stack each time.
pub(super) fn stream<S>(stream: S) -> BoxStream<'static, S::Item>
where
    S: Stream + Send + Unpin + 'static,
{
    let mut stream = stream;
    futures::stream::poll_fn(move |context| on_large_stack(|| stream.poll_next_unpin(context))).boxed()
}
