//! A product's models, inputs, contracts and tables, understood together.

use std::collections::BTreeMap;
use std::sync::Arc;

use mesh_contract::Contract;
use mesh_contract::model::SchemaObject;

use super::error::RunError;
use super::materialization::Materialization;
use crate::error::EngineError;
use crate::function::Functions;
use crate::model::{Dag, Model, Reference, Source};
use crate::source::{Input, nearest};
use crate::table::PortTable;

/// One output port: what fills it, what it promises, where it is kept.
#[derive(Clone, Debug)]
pub struct PipelinePort {
    /// The query.
    pub model: Model,
    /// The promise.
    pub contract: Arc<Contract>,
    /// The table of the contract's major version.
    pub table: PortTable,
    /// How its next snapshot follows from the one before.
    pub materialization: Materialization,
}

impl PipelinePort {
    /// The port's name with its major, as consumers read it: `loans_v1`.
    pub(super) fn versioned(&self) -> String {
        format!("{}_v{}", self.model.port(), self.contract.version.major)
    }
}

/// A product that can be run.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub(super) domain: String,
    pub(super) inputs: BTreeMap<String, Input>,
    pub(super) ports: BTreeMap<String, PipelinePort>,
    pub(super) functions: Functions,
    dag: Dag,
}

impl Pipeline {
    /// Puts a product together. `functions` are what its models and `sql` rules may call besides the engine's own.
    ///
    /// # Errors
    /// [`EngineError::Model`] on an unknown table, a cycle, or two models of one port; [`EngineError::Run`] when a
    /// contract does not describe exactly one table, or names no key to merge by, or when nothing that an appended
    /// port reads can be read in part.
    pub fn new(
        domain: impl Into<String>,
        inputs: Vec<Input>,
        ports: Vec<PipelinePort>,
        functions: Functions,
    ) -> Result<Self, EngineError> {
        let domain = domain.into();
        for port in &ports {
            let object = object(port)?;
            if port.materialization == Materialization::Merge && object.primary_key().is_empty() {
                return Err(RunError::NeedsKey { port: port.model.port().to_owned() }.into());
            }
        }
        let dag = Dag::new(&domain, inputs.iter().map(Input::name), ports.iter().map(|port| &port.model))?;
        for port in ports.iter().filter(|port| port.materialization == Materialization::Append) {
            refuse_whole(&dag, &inputs, port.model.port())?;
        }
        let inputs = inputs.into_iter().map(|input| (input.name().to_owned(), input)).collect();
        let ports = ports.into_iter().map(|port| (port.model.port().to_owned(), port)).collect();
        Ok(Self { domain, inputs, ports, functions, dag })
    }

    /// What reads what.
    #[must_use]
    pub fn dag(&self) -> &Dag {
        &self.dag
    }

    /// The ports to run for `wanted` (all when `None`), in order; when `closed`, with what they read.
    pub(super) fn plan(&self, wanted: Option<&[String]>, closed: bool) -> Result<Vec<String>, RunError> {
        let Some(wanted) = wanted else { return Ok(self.dag.order().to_vec()) };
        if let Some(stranger) = wanted.iter().find(|port| !self.ports.contains_key(*port)) {
            let nearest = nearest(stranger, self.ports.keys().map(String::as_str));
            return Err(RunError::UnknownPort { domain: self.domain.clone(), port: stranger.clone(), nearest });
        }
        if closed {
            return Ok(self.dag.closure(wanted));
        }
        Ok(self.dag.order().iter().filter(|port| wanted.contains(port)).cloned().collect())
    }
}

/// An appended port that reads everything each time would have every row once more with each run.
fn refuse_whole(dag: &Dag, inputs: &[Input], port: &str) -> Result<(), RunError> {
    let incremental = |reference: &Reference| match &reference.source {
        Source::Input(name) => inputs.iter().any(|input| input.name() == name && input.is_incremental()),
        Source::Port(_) => false,
    };
    if dag.reads(port).iter().any(incremental) {
        return Ok(());
    }
    Err(RunError::NeedsIncrement { port: port.to_owned() })
}

/// The one table that a port's contract describes.
pub(super) fn object(port: &PipelinePort) -> Result<&SchemaObject, RunError> {
    match port.contract.objects.as_slice() {
        [object] => Ok(object),
        objects => Err(RunError::Objects { port: port.model.port().to_owned(), objects: objects.len() }),
    }
}
