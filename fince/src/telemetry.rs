//! The log on stderr, and what is exported.

use std::io;

use mesh_sdk::telemetry::{Log, Telemetry, TelemetryError, TelemetrySettings};
use tracing_subscriber::fmt::MakeWriter;

use crate::arguments::Logging;
use crate::failure::{Failure, codes};
use crate::output::Output;

const SERVICE: &str = "fince";

/// Starts both, once in a process.
///
/// # Errors
/// When the log filter or an endpoint cannot be understood.
pub(crate) fn start(logging: &Logging, settings: &TelemetrySettings, output: &Output) -> Result<Telemetry, Failure> {
    let log = Log {
        filter: logging.filter.clone(),
        format: logging.format,
        colour: output.colour_on_stderr(),
        writer: LogWriter(output.clone()),
    };
    Ok(Telemetry::start(SERVICE, log, settings)?)
}

/// Sends what is still held. A collector that does not answer is told of, and never fails the command.
pub(crate) async fn flush(telemetry: Telemetry, output: &Output) {
    if let Err(error) = telemetry.flush().await {
        output.note(&format!("warning: telemetry could not be exported: {error}"));
    }
}

impl From<TelemetryError> for Failure {
    fn from(error: TelemetryError) -> Self {
        let failure = match error {
            TelemetryError::Filter { .. } => Self::usage(codes::TELEMETRY, ""),
            TelemetryError::Export { .. } | TelemetryError::Started(_) => Self::environment(codes::TELEMETRY, ""),
        };
        let failure = failure.because(&error);
        match error.help() {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

/// Writes between the progress bars, not through them.
#[derive(Clone)]
struct LogWriter(Output);

impl io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.log(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
