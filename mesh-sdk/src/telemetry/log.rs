//! The log.

use clap::ValueEnum;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;

use super::TelemetryError;

/// What is logged, how, and where to.
#[derive(Debug)]
pub struct Log<W> {
    /// A level (`info`), or levels by module (`warn,mesh_engine=debug`).
    pub filter: String,
    /// How it reads.
    pub format: LogFormat,
    /// Whether what people read is coloured.
    pub colour: bool,
    /// Where it goes.
    pub writer: W,
}

/// How the log reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

impl<W> Log<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    /// The layer that writes it.
    pub(super) fn layer<S>(self) -> Result<Box<dyn Layer<S> + Send + Sync>, TelemetryError>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let filter = match EnvFilter::try_new(&self.filter) {
            Ok(filter) => filter,
            Err(source) => return Err(TelemetryError::Filter { filter: self.filter, source }),
        };
        let lines = tracing_subscriber::fmt::layer().with_writer(self.writer);
        Ok(match self.format {
            LogFormat::Human => lines.with_ansi(self.colour).with_filter(filter).boxed(),
            LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
        })
    }
}
