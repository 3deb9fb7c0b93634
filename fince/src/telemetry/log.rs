//! The log on stderr.

use std::io;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;

use crate::arguments::{LogFormat, Logging};
use crate::failure::{Failure, codes};
use crate::output::Output;

/// The layer that writes the log.
pub(super) fn layer<S>(logging: &Logging, output: &Output) -> Result<Box<dyn Layer<S> + Send + Sync>, Failure>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let filter = EnvFilter::try_new(&logging.filter).map_err(|error| {
        Failure::usage(codes::TELEMETRY, format!("`{}` is no log filter", logging.filter))
            .because(&error)
            .help("write a level (`info`), or levels by module (`warn,mesh_engine=debug`)")
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(LogWriter(output.clone()));
    Ok(match logging.format {
        LogFormat::Human => lines.with_ansi(output.colour_on_stderr()).with_filter(filter).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
    })
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
