//! The OpenLineage events of one port's run.

use chrono::{DateTime, Utc};
use mesh_contract::PortVersion;

use crate::event::{
    Assertions, DatasetFacets, DatasetVersion, ErrorMessage, EventType, InputDataset, InputFacets, Job, JobFacets,
    JobType, NominalTime, OutputDataset, OutputFacets, Parent, ParentJob, ParentRun, ProcessingEngine, Read, Run,
    RunEvent, RunFacets, Schema, Sql, Statistics, TestedRule, Written,
};
use crate::graph::Lineage;
use crate::run_id::run_id;
use crate::sources::Dataset;

/// A run of one port, as far as it is known before it ends.
#[derive(Clone, Debug)]
pub struct PortRun<'a> {
    /// The mesh, for OpenLineage: namespace of its jobs and ports.
    pub namespace: &'a str,
    /// What is published.
    pub port: &'a PortVersion,
    /// The run over all of the product's ports, of which this is a part.
    pub run: &'a str,
    /// When this part began.
    pub started_at: DateTime<Utc>,
    /// When a schedule had it due.
    pub due_at: Option<DateTime<Utc>>,
    /// The model's text.
    pub sql: Option<&'a str>,
    /// Version of the query engine.
    pub engine_version: Option<&'a str>,
    /// The contract's columns.
    pub schema: Schema,
    /// Taken from the plan; `None` when it came to no plan.
    pub lineage: Option<&'a Lineage>,
    /// What is known of the inputs. An input of `lineage` that is not among them is named all the same.
    pub inputs: Vec<Input>,
}

/// One input of a run.
#[derive(Clone, Debug)]
pub struct Input {
    /// Which.
    pub dataset: Dataset,
    /// Its columns.
    pub schema: Option<Schema>,
    /// The snapshot that was read.
    pub version: Option<String>,
    /// How much was read, where that is known.
    pub read: Option<Statistics>,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// A new snapshot is in service.
    Committed {
        /// Its version.
        version: u64,
        /// How much was written.
        written: Statistics,
        /// Every rule that was checked.
        rules: Vec<TestedRule>,
    },
    /// The old snapshot, if any, stays in service.
    Failed {
        /// Why, in words that may leave the product.
        message: String,
        /// Every rule that was checked, if it came to that.
        rules: Vec<TestedRule>,
    },
    /// It was not begun, because of what it says.
    Skipped {
        /// Why.
        because: String,
    },
}

impl PortRun<'_> {
    /// The run begins.
    #[must_use]
    pub fn started(&self) -> RunEvent {
        let output = OutputDataset { facets: self.output_facets(None), ..self.output() };
        self.event(EventType::Start, self.started_at, None, output)
    }

    /// The run has ended, at `at`.
    #[must_use]
    pub fn ended(&self, at: DateTime<Utc>, ended: &Ended) -> RunEvent {
        match ended {
            Ended::Committed { version, written, rules } => {
                let written = Some(Written(*written).into());
                let output_facets = OutputFacets { output_statistics: written, ..tested(rules) };
                let facets = self.output_facets(Some(*version));
                let output = OutputDataset { facets, output_facets, ..self.output() };
                self.event(EventType::Complete, at, None, output)
            }
            Ended::Failed { message, rules } => {
                let output = OutputDataset { output_facets: tested(rules), ..self.output() };
                self.event(EventType::Fail, at, Some(message), output)
            }
            Ended::Skipped { because } => self.event(EventType::Abort, at, Some(because), self.output()),
        }
    }

    fn event(&self, kind: EventType, at: DateTime<Utc>, error: Option<&str>, output: OutputDataset) -> RunEvent {
        let port = self.port.to_string();
        let facets = RunFacets {
            parent: Some(self.parent().into()),
            error_message: error.map(|error| error_message(error).into()),
            nominal_time: self.due_at.map(|due| NominalTime { nominal_start_time: due, nominal_end_time: None }.into()),
            processing_engine: self.engine_version.map(|version| engine(version).into()),
            ..RunFacets::default()
        };
        let run = Run { run_id: run_id(&[self.run, &port]), facets };
        let job = Job { namespace: self.namespace.into(), name: port, facets: self.job_facets() };
        let (inputs, outputs) = (self.inputs(), vec![output]);
        RunEvent { inputs, outputs, ..RunEvent::new(kind, at, run, job) }
    }

    fn parent(&self) -> Parent {
        let domain = self.port.name.domain();
        Parent {
            run: ParentRun { run_id: run_id(&[self.run, domain]) },
            job: ParentJob { namespace: self.namespace.into(), name: domain.into() },
        }
    }

    fn job_facets(&self) -> JobFacets {
        let kind =
            JobType { processing_type: "BATCH".into(), integration: "FINCE".into(), job_type: Some("MODEL".into()) };
        let sql = self.sql.map(|sql| Sql { query: sql.into(), dialect: Some("datafusion".into()) }.into());
        JobFacets { job_type: Some(kind.into()), sql, ..JobFacets::default() }
    }

    fn inputs(&self) -> Vec<InputDataset> {
        let mut inputs: Vec<InputDataset> = self.inputs.iter().map(input).collect();
        let named = |dataset: &&Dataset| !self.inputs.iter().any(|input| input.dataset == **dataset);
        let others = self.lineage.iter().flat_map(|lineage| &lineage.inputs).filter(named);
        inputs.extend(others.map(|dataset| input(&Input::from(dataset.clone()))));
        inputs
    }

    fn output(&self) -> OutputDataset {
        let Dataset { namespace, name } = Dataset::port(self.namespace, self.port);
        OutputDataset { namespace, name, facets: DatasetFacets::default(), output_facets: OutputFacets::default() }
    }

    /// Only a run that writes, or is about to, says what the output is like.
    fn output_facets(&self, version: Option<u64>) -> DatasetFacets {
        DatasetFacets {
            schema: Some(self.schema.clone().into()),
            column_lineage: self.lineage.map(Into::into),
            version: version.map(|version| DatasetVersion { dataset_version: version.to_string() }.into()),
            ..DatasetFacets::default()
        }
    }
}

impl From<Dataset> for Input {
    fn from(dataset: Dataset) -> Self {
        Self { dataset, schema: None, version: None, read: None }
    }
}

fn input(input: &Input) -> InputDataset {
    let version = input.version.clone().map(|dataset_version| DatasetVersion { dataset_version }.into());
    InputDataset {
        namespace: input.dataset.namespace.clone(),
        name: input.dataset.name.clone(),
        facets: DatasetFacets { schema: input.schema.clone().map(Into::into), version, ..DatasetFacets::default() },
        input_facets: InputFacets {
            input_statistics: input.read.map(|read| Read(read).into()),
            ..InputFacets::default()
        },
    }
}

/// The rules speak of the candidate, not of what is in service, so they are facets of this writing.
fn tested(rules: &[TestedRule]) -> OutputFacets {
    let rules = (!rules.is_empty()).then(|| Assertions { assertions: rules.to_vec() }.into());
    OutputFacets { data_quality_assertions: rules, ..OutputFacets::default() }
}

fn error_message(message: &str) -> ErrorMessage {
    ErrorMessage { message: message.into(), programming_language: "Rust".into(), stack_trace: None }
}

fn engine(version: &str) -> ProcessingEngine {
    ProcessingEngine {
        version: version.into(),
        name: Some("DataFusion".into()),
        openlineage_adapter_version: Some(env!("CARGO_PKG_VERSION").into()),
    }
}
