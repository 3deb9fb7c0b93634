//! The database that a contract and a connection URL name together.

use std::time::Duration;

use mesh_contract::Contract;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};

use super::failure::Failure;
use super::tls::Trust;
use super::url::DatabaseUrl;

/// Longest wait for a connection, handshake and login included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// A server that vanished without a word is noticed after about a minute.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 3;

const PORT: u16 = 5432;

/// A database that can be connected to.
#[derive(Clone)]
pub(crate) struct Database {
    config: Config,
    trust: Trust,
    /// Schema in which unqualified names of a query are looked up.
    pub(super) schema: Option<String>,
    /// As messages name it: host, port and database.
    pub(crate) shown: String,
}

/// What is wrong with a declaration, and what to write instead.
pub(super) type Wrong = (String, &'static str);

impl Database {
    /// What the URL leaves out is taken from the contract's server; without a URL everything is, as the operating
    /// system's user.
    pub(super) fn of(contract: &Contract, url: Option<&DatabaseUrl>) -> Result<Self, Wrong> {
        let settings = contract.servers.first().map(|server| &server.settings);
        let setting = |key: &str| settings.and_then(|settings| settings.get(key));
        let text = |key: &str| setting(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut config = url.map_or_else(Config::new, |url| url.config.clone());
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            let host = text("host").ok_or_else(|| {
                ("the server has no `host`".to_owned(), "name it in the contract, or in the connection URL")
            })?;
            config.host(host);
            if config.get_ports().is_empty() {
                let port = setting("port").map(port).transpose()?;
                config.port(port.unwrap_or(PORT));
            }
        }
        if config.get_dbname().is_none() {
            let database = text("database").ok_or_else(|| {
                ("the server has no `database`".to_owned(), "name it in the contract, or in the connection URL")
            })?;
            config.dbname(database);
        }
        let trust = url.map_or(Trust::Anyone, |url| url.trust.clone());
        Ok(Self::new(config, trust, text("schema").map(str::to_owned)))
    }

    /// The database of a URL alone.
    pub(crate) fn at(url: &DatabaseUrl) -> Self {
        Self::new(url.config.clone(), url.trust.clone(), None)
    }

    fn new(mut config: Config, trust: Trust, schema: Option<String>) -> Self {
        config.keepalives_idle(KEEPALIVE_IDLE);
        config.keepalives_interval(KEEPALIVE_INTERVAL);
        config.keepalives_retries(KEEPALIVE_RETRIES);
        if config.get_application_name().is_none() {
            config.application_name("fince");
        }
        let shown = shown(&config);
        Self { config, trust, schema, shown }
    }

    /// Host and port.
    pub(crate) fn address(&self) -> (String, u16) {
        (host(&self.config), self.config.get_ports().first().copied().unwrap_or(PORT))
    }

    /// Whether the URL sets this parameter of the server itself.
    pub(super) fn sets(&self, parameter: &str) -> bool {
        self.config.get_options().is_some_and(|options| options.contains(parameter))
    }

    /// A connection; it ends when its driver is dropped.
    pub(super) async fn connect(&self) -> Result<(Client, JoinSet<()>), Failure> {
        let connecting = async {
            let mut driver = JoinSet::new();
            if self.config.get_ssl_mode() == SslMode::Disable {
                let (client, connection) = self.config.connect(NoTls).await?;
                driver.spawn(driven(connection));
                return Ok((client, driver));
            }
            let (client, connection) = self.config.connect(self.trust.connector()?).await?;
            driver.spawn(driven(connection));
            Ok((client, driver))
        };
        let timeout = self.config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT);
        let late = |_| Failure::Away(format!("no connection within {} seconds", timeout.as_secs()));
        tokio::time::timeout(timeout, connecting).await.map_err(late)?
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Database").field(&self.shown).finish()
    }
}

/// What ends a connection is told to whoever waits for an answer on it.
async fn driven(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection to a database ended");
    }
}

fn port(value: &Value) -> Result<u16, Wrong> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let wrong = || (format!("`port` {value} is no port"), "write a number, such as 5432");
    number.and_then(|number| u16::try_from(number).ok()).ok_or_else(wrong)
}

fn host(config: &Config) -> String {
    match (config.get_hosts().first(), config.get_hostaddrs().first()) {
        (Some(Host::Tcp(name)), _) => name.clone(),
        #[cfg(unix)]
        (Some(Host::Unix(path)), _) => path.display().to_string(),
        (None, Some(address)) => address.to_string(),
        _ => "localhost".to_owned(),
    }
}

fn shown(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(PORT);
    format!("{}:{port}/{}", host(config), config.get_dbname().unwrap_or_default())
}
