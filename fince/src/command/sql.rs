//! `fince sql QUERY`

mod destination;
mod format;
mod query;
mod text;

use std::path::PathBuf;

use clap::Args;
use futures::{Stream, StreamExt as _};
use indicatif::{ProgressBar, ProgressStyle};
use mesh_flight::FlightError;
use mesh_flight::client::{Client, Rows};
use url::Url;

use crate::addresses;
use crate::asker::{Asker, Credential};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::service_errors;
use crate::setting::Setting;
use crate::signals::Stop;

use destination::Destination;
use format::{Format, RowWriter};

const EXAMPLES: &str = "\
Tables are named domain.port (lending.loans), or domain.port_v1 for one major version of its contract.
Rows are written as they come; only the table format holds any, and of those only what it shows.
Money is printed exactly, as the decimals that the contract promises.

Examples:
  fince sql --as omar 'SELECT count(*) FROM lending.loans'
  fince sql --as omar 'SELECT * FROM lending.loans LIMIT 5'
  fince sql --as omar 'SELECT * FROM lending.loans' -o loans.parquet
  fince sql --as omar --file report.sql -f csv | head
  echo 'SELECT 1' | FINCE_TOKEN=$(fince token omar) fince sql -";

/// Run a query and print or save its rows
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sql {
    /// The query, or `-` to read it from stdin
    #[arg(value_name = "QUERY", required_unless_present = "file", conflicts_with = "file")]
    query: Option<String>,

    /// Read the query from a file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// How to write the rows [default: by the ending of the output file, else table]
    #[arg(short, long, value_enum)]
    format: Option<Format>,

    /// Write to a file, which appears whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How many rows the table format shows
    #[arg(long, value_name = "N", default_value_t = 100)]
    rows: usize,

    /// Flight SQL address [default: the lending product, one above the port base]
    #[arg(long, value_name = "URL", env = "FINCE_FLIGHT_URL", hide_env_values = true)]
    url: Option<Url>,

    #[command(flatten)]
    asker: Asker,
}

impl Sql {
    /// Runs the query.
    ///
    /// # Errors
    /// When nobody answers, the query is refused, or its rows cannot be written.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let query = query::read(self.query.as_deref(), self.file.as_deref())?;
        let credential = self.asker.credential()?;
        let format = Format::choose(self.format, self.output.as_deref());
        let destination = Destination::new(self.output.as_deref(), format, &setting.output)?;
        let url = match &self.url {
            Some(url) => url.clone(),
            None => addresses::url(setting.global.addresses().default_flight())?,
        };
        let stop = Stop::listen()?;
        let work = async {
            let (schema, rows) = ask(&url, &credential, &query).await?;
            let (sink, pending) = destination.open()?;
            let writer = format.writer(sink, schema, self.rows, setting.output.colour_on_stdout());
            let written = match writer {
                Ok(writer) => copy(rows, writer, self.output.is_some().then_some(&setting.output)).await,
                Err(failure) => Err(failure),
            };
            pending.end(written, &setting.output)
        };
        tokio::select! {
            ended = work => ended,
            () = stop.gentle.cancelled() => Err(Failure::silent(Exit::Interrupted)),
        }
    }
}

async fn ask(url: &Url, credential: &Credential, query: &str) -> Result<(arrow::datatypes::SchemaRef, Rows), Failure> {
    let token = match credential {
        Credential::Token(token) => Some(token.as_str()),
        Credential::Name(_) => None,
    };
    let mut client = Client::connect(url, token).await.map_err(service_errors::flight)?;
    if let Credential::Name(name) = credential {
        client.login(name, name).await.map_err(service_errors::flight)?;
    }
    client.query(query).await.map_err(service_errors::flight)
}

/// Writes batch after batch; never more than one is held here.
async fn copy(
    mut rows: impl Stream<Item = Result<arrow::array::RecordBatch, FlightError>> + Unpin,
    mut writer: Box<dyn RowWriter>,
    progress: Option<&Output>,
) -> Result<u64, Failure> {
    let bar = progress.map(|output| {
        let style =
            ProgressStyle::with_template("{spinner} {human_pos} rows").unwrap_or(ProgressStyle::default_spinner());
        output.bars().add(ProgressBar::no_length().with_style(style))
    });
    let mut count = 0;
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(service_errors::flight)?;
        count += batch.num_rows() as u64;
        writer.write(&batch)?;
        if let Some(bar) = &bar {
            bar.set_position(count);
        }
    }
    writer.finish()?;
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    Ok(count)
}
