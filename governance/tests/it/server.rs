//! A service to drive.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use governance::{Service, Settings, sqlite_url};
use mesh_api::Client;
use mesh_policy::{AUDIENCE, Clock, Identity, Principal, Sealer};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Where a registry is kept, and the keys around it: what outlives a restart.
pub(crate) struct Ground {
    pub(crate) database_url: String,
    pub(crate) sealer: Sealer,
    issuer: Sealer,
    _folder: TempDir,
}

/// A running service.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) ground: Ground,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

/// Time stands still in these tests.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-03-01T12:00:00.123456Z".parse().expect("a time")
}

/// Runs a test on a fresh registry of every kind at hand.
pub(crate) async fn on_each_database(test: impl AsyncFn(Server)) {
    test(Ground::sqlite().start().await).await;
    if let Some(ground) = Ground::postgres().await {
        test(ground.start().await).await;
    }
}

impl Ground {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().expect("a folder");
        let database_url = sqlite_url(&folder.path().join("governance.db"));
        Self { database_url, sealer: sealer("governance"), issuer: sealer("bank"), _folder: folder }
    }

    /// A new database on the PostgreSQL server, when there is one.
    pub(crate) async fn postgres() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "a test may be told where its database server is")]
        let server = std::env::var("FINCE_TEST_POSTGRES_URL").ok()?;
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("governance_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        sqlx::any::install_default_drivers();
        let admin = sqlx::AnyPool::connect(&server).await.expect("the server of `FINCE_TEST_POSTGRES_URL`");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&admin).await.expect("a new database");
        admin.close().await;
        let mut url: reqwest::Url = server.parse().expect("a url");
        url.set_path(&name);
        Some(Self { database_url: url.into(), ..Self::sqlite() })
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            database_url: self.database_url.clone(),
            sealer: self.sealer.clone(),
            unsealer: self.issuer.unsealer(),
            clock: Clock::fixed(now()),
            webhook_hosts: vec!["127.0.0.1".to_owned()],
        }
    }

    pub(crate) async fn start(self) -> Server {
        self.start_at(now()).await
    }

    /// Starts it at another time.
    pub(crate) async fn start_at(self, at: DateTime<Utc>) -> Server {
        self.start_by(Clock::fixed(at)).await
    }

    /// Starts it by another clock.
    pub(crate) async fn start_by(self, clock: Clock) -> Server {
        let settings = Settings { clock, ..self.settings() };
        let service = Service::open(settings).await.expect("the service opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(governance::serve(listener, service, shutdown.clone()));
        Server { address, ground: self, shutdown, serving }
    }
}

impl Server {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A token of `name` with `roles`, which expires `lifetime` from now.
    pub(crate) fn token(&self, name: &str, roles: &[&str], lifetime: TimeDelta) -> String {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let identity =
            Identity { principal: Principal { name: name.into(), roles }, purpose: None, expires: now() + lifetime };
        identity.seal(&self.ground.issuer, AUDIENCE, now()).expect("a token")
    }

    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.url("").parse().expect("a url"), None).expect("a client")
    }

    pub(crate) fn client(&self, name: &str, roles: &[&str]) -> Client {
        self.anonymous().with_token(self.token(name, roles, TimeDelta::hours(1)))
    }

    /// Lena, who owns lending.
    pub(crate) fn lena(&self) -> Client {
        self.client("lena", &["owner:lending"])
    }

    /// Omar, who only reads.
    pub(crate) fn omar(&self) -> Client {
        self.client("omar", &["analyst"])
    }

    /// Stops the service as a signal would, and hands back what outlives it.
    pub(crate) async fn stop(self) -> Ground {
        self.shutdown.cancel();
        self.serving.await.expect("the service ends");
        self.ground
    }
}

fn sealer(issuer: &str) -> Sealer {
    Sealer::new(issuer, &Sealer::generate_key().expect("a key")).expect("a sealer")
}
