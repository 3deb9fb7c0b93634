//! Folders with files, contracts as text, and tables as text.

use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};
use mesh_contract::Contract;
use mesh_engine::source::{Input, SourceError};
use url::Url;

/// A contract of one object; `body` is everything after the document's head.
pub(crate) fn contract(body: &str) -> Arc<Contract> {
    let head = "apiVersion: v3.1.0\nkind: DataContract\nid: test-contract\nname: test\nversion: 1.0.0\nstatus: active\n\
                domain: lending\ndataProduct: lending\n";
    match Contract::parse("test.odcs.yaml", &format!("{head}{body}")) {
        Ok(contract) => Arc::new(contract),
        Err(report) => panic!("{report:?}"),
    }
}

/// A contract for files: `server` are the settings of its only server, `properties` the YAML list of its columns.
pub(crate) fn file_contract(server: &str, properties: &str, rest: &str) -> Arc<Contract> {
    contract(&format!(
        "servers:\n  - {{ server: files, type: local, {server} }}\n{rest}schema:\n  - name: file\n    logicalType: object\n    properties:\n{properties}"
    ))
}

pub(crate) fn folder_url(folder: &Path) -> Url {
    Url::from_directory_path(folder).expect("an absolute path")
}

pub(crate) fn session() -> SessionContext {
    SessionContext::new_with_config_rt(SessionConfig::new().with_target_partitions(2), Arc::new(RuntimeEnv::default()))
}

/// Reads the whole input.
pub(crate) async fn read(input: &Input) -> Result<Vec<RecordBatch>, String> {
    let session = session();
    let table = input.open(&session.runtime_env(), None).await.map_err(|error| told(&error))?.table;
    rows(&session, table).await.map_err(|error| told(source_error(&error)))
}

pub(crate) async fn rows(
    session: &SessionContext,
    table: Arc<dyn TableProvider>,
) -> Result<Vec<RecordBatch>, DataFusionError> {
    session.read_table(table)?.collect().await
}

pub(crate) fn table(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).expect("a table").to_string()
}

/// Code, text and help, as a person meets them.
pub(crate) fn told(error: &SourceError) -> String {
    let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!("{} {error}{help}", error.code())
}

fn source_error(error: &DataFusionError) -> &SourceError {
    mesh_engine::source::find_error(error).expect("a source error")
}
