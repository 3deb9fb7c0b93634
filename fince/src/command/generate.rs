//! `fince generate`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use fince_generator::{Bank, Event, Format, GenerateError, Made, Order, Table, to_files, to_postgres};
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::{Failure, codes};
use crate::output::Output;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince generate --scale 0.01 --seed 1 --out bank       1,000 customers and about 107,000 bookings, as Parquet
  fince generate --scale 0.01 --seed 1 --out bank --format csv --only customers,accounts
  fince generate --scale 1 --seed 1 --postgres postgres://bank@127.0.0.1:5432/bank

The same seed and scale make the same bytes, with any number of threads and whatever is left out.";

/// Make a bank that does not exist: customers, accounts, bookings, instruments, trades, policies and claims
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Generate {
    /// How large: 1 is 100,000 customers and about 10 million bookings
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    scale: f64,

    /// What everything is drawn from
    #[arg(long, value_name = "S", default_value_t = 42)]
    seed: u64,

    /// Folder for a file of each table; files of these names are replaced
    #[arg(long, value_name = "DIR", required_unless_present = "postgres", conflicts_with = "postgres")]
    out: Option<PathBuf>,

    /// How files are written
    #[arg(long, value_enum, default_value_t, conflicts_with = "postgres")]
    format: FileFormat,

    /// Database to make the tables in, with their keys; tables that are there are never replaced
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,

    /// Only these tables
    #[arg(long, value_name = "TABLES", value_delimiter = ',', value_parser = table)]
    only: Vec<Table>,

    /// Threads that make rows [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// How files are written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum FileFormat {
    /// Apache Parquet, compressed
    #[default]
    Parquet,
    /// Comma-separated values with a header
    Csv,
}

fn table(text: &str) -> Result<Table, String> {
    let names = || Table::ALL.map(Table::name).join(", ");
    text.parse().map_err(|error| format!("{error}; there are {}", names()))
}

impl Generate {
    /// Makes it.
    ///
    /// # Errors
    /// When the scale is no scale, or when files or tables cannot be written.
    pub(crate) async fn run(self, setting: &Setting) -> Result<(), Failure> {
        let scale = self.scale;
        let bank = Bank::new(scale, self.seed).ok_or_else(|| {
            Failure::usage(codes::SCALE, format!("`{scale}` is no scale")).help("above 0, and at most 10000")
        })?;
        let mut tables = if self.only.is_empty() { Table::ALL.to_vec() } else { self.only.clone() };
        tables.sort_unstable();
        tables.dedup();
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        let order = Order { bank, tables, threads: self.threads.unwrap_or_else(processors) };
        let output = setting.output.clone();
        let bar = bar(&output);
        let shown = bar.clone();
        let made = tokio::task::spawn_blocking(move || self.make(&order, &mut |event| show(&shown, event))).await;
        bar.finish_and_clear();
        let made =
            made.map_err(|error| Failure::failed(codes::GENERATE, "the bank could not be made").because(&error))?;
        tell(&output, &made.map_err(|error| failure(&error))?, bar.elapsed())
    }

    fn make(&self, order: &Order, events: &mut dyn FnMut(Event)) -> Result<Made, GenerateError> {
        let format = match self.format {
            FileFormat::Parquet => Format::Parquet,
            FileFormat::Csv => Format::Csv,
        };
        match (&self.out, &self.postgres) {
            (Some(folder), _) => to_files(order, folder, format, events),
            (None, Some(url)) => to_postgres(order, url, events),
            // The command line asks for one of the two.
            (None, None) => Ok(Vec::new()),
        }
    }
}

fn bar(output: &Output) -> ProgressBar {
    let bar = output.bars().add(ProgressBar::new(0));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} parts {wide_msg} {elapsed}, {eta} to go") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn show(bar: &ProgressBar, event: Event) {
    match event {
        Event::Started { parts } => bar.set_length(parts as u64),
        Event::Written { table, rows } => bar.set_message(format!("{rows} rows of {table}")),
        Event::PartEnded => bar.inc(1),
        _ => {}
    }
}

/// One line a table on stdout, and how long it took beside it.
fn tell(output: &Output, made: &Made, took: Duration) -> Result<(), Failure> {
    let lines: Vec<String> = made.iter().map(|(table, rows)| format!("{table:<16} {rows:>12}")).collect();
    output.result(&lines.join("\n"))?;
    let rows: u64 = made.iter().map(|(_, rows)| rows).sum();
    output.note(&format!("made {rows} rows in {:.1} s", took.as_secs_f64()));
    Ok(())
}

fn failure(error: &GenerateError) -> Failure {
    match error {
        GenerateError::TableExists { .. } => Failure::failed(codes::GENERATE, "")
            .because(error)
            .help("nothing is replaced: name another database, or drop the table yourself"),
        GenerateError::Connect(_) => Failure::unreachable(codes::GENERATE, "").because(error),
        GenerateError::File { .. } | GenerateError::Parquet { .. } => {
            Failure::environment(codes::GENERATE, "").because(error)
        }
        _ => Failure::failed(codes::GENERATE, "").because(error),
    }
}
