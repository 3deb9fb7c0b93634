//! One product as a process of its own, beside a governance that runs elsewhere: what the `main` of a domain calls.

mod error;
mod settings;
mod trust;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory as _, FromArgMatches as _};
use mesh_api::Client;
use mesh_api::lineage::Endpoint;
use mesh_engine::QueryLimits;
use mesh_engine::durable::Disk;
use mesh_engine::function::Functions;
use mesh_engine::run::{RunEvent, RunEvents};
use mesh_engine::source::DatabaseUrl;
use mesh_flight::Door;
use mesh_policy::{Clock, Sealer};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::data_directory::{DataDirectory, Lock};
use crate::database_urls::{database_url_variable, database_urls};
use crate::node::{Node, NodeSettings};
use crate::openlineage::openlineage_endpoint;
use crate::product::Product;
use crate::registrar::PortStatus;
use crate::reserved::Reserved;
use crate::serve::Serving;
use crate::telemetry::{Log, Telemetry, TelemetrySettings};
use error::AloneError;
use settings::Settings;

/// Stack of a worker thread: operators evaluate what users nest, up to the engine's caps, wherever they run.
const THREAD_STACK_BYTES: usize = 8 * 1024 * 1024;

/// Serves the product of `domain` until the process is told to stop (Ctrl-C or SIGTERM): registers it with governance,
/// publishes its ports when they are due, and answers Flight SQL. Options and environment are in the program's `--help`.
///
/// Gives 0 when told to stop, 2 for a command line that cannot be understood, 3 when governance was never reached, 4 when a
/// file, a folder or an address cannot be used, and 1 for everything else.
#[must_use]
pub fn alone(domain: &'static str, functions: Functions) -> ExitCode {
    let matches = Settings::command()
        .name(domain)
        .about(format!("Serve the data product of {domain} by itself"))
        .try_get_matches();
    let settings = match matches.and_then(|matches| Settings::from_arg_matches(&matches)) {
        Ok(settings) => settings,
        Err(error) => {
            // Help and version come this way too.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(THREAD_STACK_BYTES).build();
    let ended = runtime
        .map_err(AloneError::Runtime)
        .and_then(|runtime| runtime.block_on(observed(domain, functions, settings)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = write!(io::stderr(), "{}", error.render());
            ExitCode::from(error.exit())
        }
    }
}

/// Runs it with a log, and with its spans and metrics exported to whoever the standard variables name.
async fn observed(domain: &'static str, functions: Functions, settings: Settings) -> Result<(), AloneError> {
    let log = Log {
        filter: settings.log.clone(),
        format: settings.log_format,
        colour: io::stderr().is_terminal() && variable("NO_COLOR").is_none(),
        writer: io::stderr,
    };
    let telemetry = Telemetry::start(domain, log, &TelemetrySettings::from_variables(variable))?;
    let ended = run(domain, functions, settings).await;
    if let Err(error) = telemetry.flush().await {
        tracing::warn!(%error, "telemetry could not be exported");
    }
    ended
}

async fn run(domain: &'static str, functions: Functions, settings: Settings) -> Result<(), AloneError> {
    let shutdown = until_told()?;
    let data = DataDirectory::open_or_create(&settings.data(domain))?;
    let _lock = data.lock_for_serving()?;
    let starting = start(domain, functions, &settings, &data).instrument(tracing::info_span!("start", domain));
    let (node, serving) = starting.await?;
    Ok(Arc::new(node).serve(serving, shutdown).await?)
}

/// Registers the product and opens its door.
async fn start(
    domain: &str,
    functions: Functions,
    settings: &Settings,
    data: &DataDirectory,
) -> Result<(Node, Serving<Lock>), AloneError> {
    let clock = wall_clock();
    let product = Product::open(&settings.mesh_folder()?, domain, functions)?;
    // Taken before anything is registered, so that a taken address changes nothing; opened when there is somebody to answer.
    let unusable = |source| AloneError::Listen { address: settings.listen, source };
    let reserved = Reserved::take(settings.listen).map_err(unusable)?;

    let governance = Client::new(settings.governance.clone(), Some(settings.token.clone()))?;
    let disk = Disk::default();
    let trust = trust::learn(&governance, data.absolute(), &disk).await?;
    let node = NodeSettings {
        data: data.absolute().to_owned(),
        governance,
        lineage: lineage(settings)?,
        token: settings.token.clone(),
        databases: databases()?,
        receipts: trust.receipts,
        endpoint: Some(settings.endpoint(reserved.address())?),
        limits: QueryLimits::default(),
        disk,
        clock: clock.clone(),
    };
    let (node, statuses) = Node::start(product, node).await?;
    for PortStatus { port, acceptance } in statuses.iter().filter(|status| !status.is_accepted()) {
        tracing::warn!(%port, ?acceptance, "not served until governance accepts it");
    }
    // Nobody is let in before the agreements are known; they are asked for again while governance is away.
    if let Err(error) = node.fetch_grants().await {
        tracing::warn!(domain, %error, "the access agreements are not known yet");
    }
    tracing::info!(domain, address = %reserved.address(), governance = %settings.governance, "serving");
    let (locked, name) = (data.clone(), domain.to_owned());
    let serving = Serving {
        listener: reserved.open().map_err(unusable)?,
        door: Door { unsealer: trust.tokens, clock, login: None },
        // Tickets are good for as long as the process is.
        tickets: Sealer::generate_key().and_then(|key| Sealer::new("ticket", &key)).map_err(AloneError::Key)?,
        events: RunEvents::new(|event| log(&event)),
        turn: Box::new(move || locked.lock_for_publishing(&name).ok()),
    };
    Ok((node, serving))
}

fn log(event: &RunEvent<'_>) {
    if let RunEvent::Ended(run) = event {
        if run.outcome.is_good() {
            tracing::info!(port = run.port, rows = run.rows, outcome = ?run.outcome, "published");
        } else {
            tracing::error!("{run}");
        }
    }
}

/// Cancelled by Ctrl-C and SIGTERM.
fn until_told() -> Result<CancellationToken, AloneError> {
    use tokio::signal::unix::{SignalKind, signal};
    let shutdown = CancellationToken::new();
    let mut interrupt = signal(SignalKind::interrupt()).map_err(AloneError::Runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(AloneError::Runtime)?;
    let told = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
        told.cancel();
    });
    Ok(shutdown)
}

#[expect(clippy::disallowed_methods, reason = "the composition root of a product that runs by itself")]
fn wall_clock() -> Clock {
    Clock::new(chrono::Utc::now)
}

#[expect(clippy::disallowed_methods, reason = "the composition root of a product that runs by itself")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Who is told of each run's lineage: governance, and whoever the standard variables name.
fn lineage(settings: &Settings) -> Result<Vec<Endpoint>, AloneError> {
    let other = openlineage_endpoint(variable).transpose().map_err(AloneError::Lineage)?;
    let governance = Endpoint::governance(&settings.governance, Some(settings.token.clone()));
    Ok(other.into_iter().chain([governance]).collect())
}

/// The connection URLs of inputs that are databases.
fn databases() -> Result<BTreeMap<String, DatabaseUrl>, AloneError> {
    let read = database_urls(std::env::vars_os()).into_iter().map(|(name, url)| match url {
        Ok(url) => Ok((name, url)),
        Err(source) => Err(AloneError::Database { variable: database_url_variable(&name), source }),
    });
    read.collect()
}
