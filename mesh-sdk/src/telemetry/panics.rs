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

/// Two libraries panic where others return an error, and their callers catch it and say what went wrong: a writer that gives
/// up an upload which failed at its very end (`object_store`), and the printer of YAML that it does not know.
fn is_handled(text: &str, place: &str) -> bool {
    let is_upload = text == "Already shut down" && place.contains("object_store") && place.contains("buffered.rs");
    is_upload || place.contains("pretty_yaml")
}
