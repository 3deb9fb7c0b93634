//! Panics, as lines of the log.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;

/// From now on a panic is told as everything else is: between the progress bars, in the log's own format.
pub(super) fn tell_the_log() {
    std::panic::set_hook(Box::new(tell));
}

fn tell(panic: &PanicHookInfo<'_>) {
    let text = panic.payload_as_str().unwrap_or("no text");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    if is_handled(text, &place) {
        tracing::debug!(place, "{text}");
        return;
    }
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::error!(place, backtrace, "a fault in this program: {text}");
}

/// A writer that gives up an upload which failed at its very end panics in `object_store`; the table's writer expects that,
/// catches it, and reports why the upload failed.
fn is_handled(text: &str, place: &str) -> bool {
    text == "Already shut down" && place.contains("object_store") && place.contains("buffered.rs")
}
