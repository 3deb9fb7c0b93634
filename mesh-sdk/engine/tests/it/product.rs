//! A small product of a file and the ports made of it.

use std::fs;
use std::sync::Arc;

use mesh_contract::Contract;
use mesh_engine::EngineError;
use mesh_engine::durable::{Disk, DurableStore};
use mesh_engine::function::Functions;
use mesh_engine::model::Model;
use mesh_engine::run::{Materialization, Pipeline, PipelinePort, Run};
use mesh_engine::source::Input;
use mesh_engine::table::PortTable;
use mesh_policy::Clock;
use tempfile::TempDir;
use url::Url;

use crate::fixture::now;
use crate::support::{contract, file_contract, folder_url};

pub(crate) const LOANS: &str = "      - { name: loan_id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, required: true, description: Identity of the loan. }
      - { name: amount, logicalType: number, physicalType: 'decimal(18,2)', required: true, logicalTypeOptions: { minimum: 0 } }
";
pub(crate) const TOTALS: &str = "      - { name: loans, logicalType: integer, required: true }
      - { name: amount, logicalType: number, physicalType: 'decimal(28,2)' }
";
pub(crate) const LOANS_SQL: &str = "SELECT amount, loan_id FROM input.loans_file";
pub(crate) const TOTALS_SQL: &str = "SELECT count(*) AS loans, sum(amount) AS amount FROM lending.loans";

/// A product in a folder of its own.
pub(crate) struct Product {
    folder: TempDir,
}

impl Product {
    pub(crate) fn new(csv: &str) -> Self {
        let product = Self { folder: TempDir::new().expect("a folder") };
        product.deliver(csv);
        product
    }

    pub(crate) fn deliver(&self, csv: &str) {
        self.deliver_as("loans.csv", csv);
    }

    pub(crate) fn deliver_as(&self, file: &str, csv: &str) {
        fs::create_dir_all(self.path("sample")).expect("a folder");
        fs::write(self.path("sample").join(file), csv).expect("a file");
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn table(&self, port: &str) -> PortTable {
        let url = Url::from_directory_path(self.path("lake/lending").join(format!("{port}_v1"))).expect("a folder");
        PortTable::new(&format!("lending.{port}"), Arc::new(DurableStore::new(Disk::default())), &url).expect("a table")
    }

    pub(crate) fn port(&self, port: &str, sql: &str, properties: &str) -> PipelinePort {
        let contract: Arc<Contract> =
            contract(&format!("schema:\n  - name: {port}\n    logicalType: object\n    properties:\n{properties}"));
        let model = Model::parse(port, format!("models/{port}.sql"), sql).expect("a query");
        PipelinePort { model, contract, table: self.table(port), materialization: Materialization::Full, shown: vec![] }
    }

    pub(crate) fn input(&self) -> Input {
        let columns = "      - { name: loan_id, logicalType: integer }
      - { name: amount, logicalType: number, physicalType: 'decimal(9,2)' }
";
        let contract = file_contract("path: 'sample/*.csv', format: csv", columns, "");
        Input::new("loans_file", contract, folder_url(self.folder.path()))
    }

    pub(crate) fn pipeline(&self, ports: Vec<PipelinePort>) -> Result<Pipeline, EngineError> {
        Pipeline::new("lending", vec![self.input()], ports, Functions::new())
    }

    pub(crate) fn two_ports(&self) -> Pipeline {
        let ports = vec![self.port("totals", TOTALS_SQL, TOTALS), self.port("loans", LOANS_SQL, LOANS)];
        self.pipeline(ports).expect("a pipeline")
    }

    pub(crate) fn run(&self, id: &str) -> Run {
        Run::new(id, Clock::fixed(now()), self.path("data"), Disk::default())
    }

    pub(crate) async fn content(&self, port: &str) -> String {
        let reader = self.table(port);
        let Some(snapshot) = reader.newest().await.expect("a log") else { return "nothing".into() };
        snapshot.info().version.to_string()
    }
}
