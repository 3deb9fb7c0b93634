//! Steps with their durations, and the sum at the end.

use std::time::Instant;

use anyhow::Result;

use super::counts::Counts;
use crate::{run::Runner, say};

/// What passed and failed so far.
pub(super) struct Report {
    runner: Runner,
    counts: Counts,
    broken: Vec<String>,
}

impl Report {
    /// An empty report; from now on Ctrl-C ends the running step and then cleans up.
    pub(super) fn new() -> Result<Self> {
        Ok(Self { runner: Runner::new()?, counts: Counts::default(), broken: Vec::new() })
    }

    /// Runs one step that counts tests; true when none failed. A step that cannot run is one failure.
    pub(super) fn step(&mut self, name: &str, step: impl FnOnce(&Runner) -> Result<Counts>) -> bool {
        if self.runner.interrupted() {
            return false;
        }
        say::line(&format!("== {name}"));
        let start = Instant::now();
        let counts = step(&self.runner).unwrap_or_else(|error| {
            say::line(&format!("error: {error:#}"));
            Counts::check(false)
        });
        let verdict = if counts.failed == 0 { "ok" } else { "FAILED" };
        say::line(&format!("== {name}: {verdict} in {:.1} s", start.elapsed().as_secs_f64()));
        if counts.failed > 0 {
            self.broken.push(name.to_owned());
        }
        self.counts.add(counts);
        counts.failed == 0
    }

    /// Runs one step that is right or wrong as a whole; wrong is one failure.
    pub(super) fn check(&mut self, name: &str, step: impl FnOnce(&Runner) -> Result<bool>) -> bool {
        self.step(name, |runner| step(runner).map(Counts::check))
    }

    /// Prints the sum, alone on the last line; true when everything ran and nothing failed.
    pub(super) fn close(self) -> bool {
        let interrupted = self.runner.interrupted();
        if interrupted {
            say::line("interrupted: not everything ran");
        }
        if !self.broken.is_empty() {
            say::line(&format!("failed: {}", self.broken.join(", ")));
        }
        say::line(&format!("{} passed, {} failed", self.counts.passed, self.counts.failed));
        self.counts.failed == 0 && !interrupted
    }
}
