//! A schema of its own on the server, and contracts for its tables.

use std::sync::atomic::{AtomicU32, Ordering};

use mesh_engine::source::{DatabaseUrl, Input, InputState, OpenInput};
use tokio_postgres::{Client, NoTls};
use url::Url;

use crate::support::{contract, session, told};

/// A schema, and the superuser to fill it.
pub(crate) struct Ground {
    pub(crate) admin: Client,
    pub(crate) schema: String,
    url: Url,
}

impl Ground {
    /// A new schema, when there is a server.
    pub(crate) async fn new() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "a test may be told where its database server is")]
        let server = std::env::var("FINCE_TEST_POSTGRES_URL").ok()?;
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let schema = format!("engine_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let (admin, connection) = tokio_postgres::connect(&server, NoTls).await.expect("the server of the variable");
        tokio::spawn(connection);
        let ground = Self { admin, url: server.parse().expect("a url"), schema };
        let schema = &ground.schema;
        ground
            .run(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; SET search_path = {schema}"))
            .await;
        Some(ground)
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.admin.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The first value that a query gives, as text.
    pub(crate) async fn ask(&self, sql: &str) -> Option<String> {
        let rows = self.admin.query(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        rows.first().and_then(|row| row.get(0))
    }

    /// The server's URL with these parameters; its sessions are found by the schema's name.
    pub(crate) fn url(&self, parameters: &str) -> DatabaseUrl {
        let mut url = self.url.clone();
        url.set_query(Some(&format!("application_name={}{parameters}", self.schema)));
        url.as_str().parse().expect("a connection url")
    }

    /// The URL as somebody else.
    pub(crate) fn url_as(&self, user: &str, password: &str, database: &str) -> DatabaseUrl {
        let mut url = self.url.clone();
        url.set_username(user).expect("a user");
        url.set_password(Some(password)).expect("a password");
        url.set_path(database);
        url.as_str().parse().expect("a connection url")
    }

    /// An input of `table`; `properties` is the YAML list of its columns, `rest` more keys of the contract.
    pub(crate) fn input(&self, table: &str, properties: &str, rest: &str) -> Input {
        let (host, schema) = (self.url.host_str().expect("a host"), &self.schema);
        let port = self.url.port().unwrap_or(5432);
        let contract = contract(&format!(
            "servers:\n  - {{ server: core, type: postgres, host: {host}, port: {port}, database: postgres, schema: {schema} }}\n\
             {rest}schema:\n  - name: {table}\n    logicalType: object\n    properties:\n{properties}"
        ));
        let nowhere = Url::parse("file:///nowhere/").expect("a url");
        Input::new(table, contract, nowhere).with_database(self.url(""))
    }

    /// Whether a session reads now.
    pub(crate) async fn readers(&self) -> String {
        let sql = format!(
            "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = '{}' AND query LIKE 'COPY%'",
            self.schema
        );
        self.ask(&sql).await.expect("a count")
    }
}

pub(crate) async fn open(input: &Input, since: Option<&InputState>) -> Result<OpenInput, String> {
    input.open(&session().runtime_env(), since).await.map_err(|error| told(&error))
}
