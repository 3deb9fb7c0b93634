//! Lines for the developer, on standard output.

use std::io::Write;

/// Prints one line; a closed pipe is not an error of the task.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{text}"));
    drop(out.flush());
}
