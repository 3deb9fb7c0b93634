//! The one file that reads the process's environment and the wall clock. Everything else takes values.
//!
//! Variables that stand for an option are read by the argument parser and named in `--help`.

use std::path::PathBuf;

use mesh_policy::Clock;

use crate::telemetry::TelemetrySettings;

/// What the process was started with, beside its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// The wall clock.
    pub(crate) clock: Clock,
    /// `NO_COLOR` is set and not empty.
    pub(crate) colour_refused: bool,
    /// The standard `OTEL_…` variables that decide whether anything is exported.
    pub(crate) telemetry: TelemetrySettings,
    /// Where the process was started; `None` when that folder is gone.
    pub(crate) current_folder: Option<PathBuf>,
}

impl Environment {
    /// Reads it, once.
    pub(crate) fn read() -> Self {
        Self {
            clock: wall_clock(),
            colour_refused: variable("NO_COLOR").is_some(),
            telemetry: TelemetrySettings::from_variables(variable),
            current_folder: std::env::current_dir().ok(),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the composition root hands the wall clock to everything else")]
fn wall_clock() -> Clock {
    Clock::new(chrono::Utc::now)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
