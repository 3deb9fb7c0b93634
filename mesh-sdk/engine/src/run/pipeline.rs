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
use crate::view::{Behind, View};

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
    /// Of a view: tables of newer majors that it may have shown, by major. The newest with rows need not be among them.
    pub shown: Vec<(u64, PortTable)>,
}

impl PipelinePort {
    /// The port's name with its major, as consumers read it: `loans_v1`.
    pub(super) fn versioned(&self) -> String {
        format!("{}_v{}", port_name(&self.model, &self.contract), self.contract.version.major)
    }
}

/// A product that can be run.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub(super) domain: String,
    pub(super) inputs: BTreeMap<String, Input>,
    pub(super) ports: BTreeMap<String, PipelinePort>,
    /// Older majors without rows of their own, by the port that has them.
    views: BTreeMap<String, Vec<View>>,
    pub(super) functions: Functions,
    dag: Dag,
}

impl Pipeline {
    /// Puts a product together. `functions` are what its models and `sql` rules may call besides the engine's own.
    ///
    /// # Errors
    /// [`EngineError::Model`] on an unknown table, a cycle, or two models of one port; [`EngineError::Run`] when a
    /// contract does not describe exactly one table, or names no key to merge by, when nothing that an appended
    /// port reads can be read in part, or when a view has nothing to view.
    pub fn new(
        domain: impl Into<String>,
        inputs: Vec<Input>,
        ports: Vec<PipelinePort>,
        functions: Functions,
    ) -> Result<Self, EngineError> {
        let domain = domain.into();
        let (views, ports): (Vec<_>, Vec<_>) =
            ports.into_iter().partition(|port| port.materialization == Materialization::View);
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
        let views = over(&domain, views, &ports, &functions)?;
        let inputs = inputs.into_iter().map(|input| (input.name().to_owned(), input)).collect();
        let ports = ports.into_iter().map(|port| (port.model.port().to_owned(), port)).collect();
        Ok(Self { domain, inputs, ports, views, functions, dag })
    }

    /// What reads what.
    #[must_use]
    pub fn dag(&self) -> &Dag {
        &self.dag
    }

    /// The views of a port, by name.
    pub(super) fn views(&self, port: &str) -> &[View] {
        self.views.get(port).map_or(&[], Vec::as_slice)
    }

    /// The views of the product, each with its model's name.
    pub fn all_views(&self) -> impl Iterator<Item = &View> {
        self.views.values().flatten()
    }

    /// The port that holds the rows of a view.
    pub(super) fn held_by(&self, view: &str) -> Option<&str> {
        let held = self.views.iter().find(|(_, views)| views.iter().any(|other| other.name() == view));
        held.map(|(port, _)| port.as_str())
    }

    /// The ports to run for `wanted` (all when `None`), in order; when `closed`, with what they read. A view is run with
    /// the port that it is a view of.
    pub(super) fn plan(&self, wanted: Option<&[String]>, closed: bool) -> Result<Vec<String>, RunError> {
        let Some(wanted) = wanted else { return Ok(self.dag.order().to_vec()) };
        let wanted: &[String] =
            &wanted.iter().map(|name| self.held_by(name).unwrap_or(name).to_owned()).collect::<Vec<_>>();
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

/// Each view with the port that holds its rows: the newest major that has any.
fn over(
    domain: &str,
    views: Vec<PipelinePort>,
    ports: &[PipelinePort],
    functions: &Functions,
) -> Result<BTreeMap<String, Vec<View>>, EngineError> {
    let mut over: BTreeMap<String, Vec<View>> = BTreeMap::new();
    for port in views {
        let (object, major) = (object(&port)?, port.contract.version.major);
        let newer = ports.iter().filter(|other| {
            port_name(&other.model, &other.contract) == object.name && other.contract.version.major > major
        });
        let nothing = || RunError::NothingToView { port: port.model.port().to_owned() };
        let newest = newer.max_by_key(|other| other.contract.version.major).ok_or_else(nothing)?;
        let (name, major) = (object.name.clone(), newest.contract.version.major);
        let others = port.shown.iter().filter(|(other, _)| *other != major).cloned().collect();
        let behind = Behind { port: name, major, below: newest.table.clone(), others, former: port.table.clone() };
        let (model, contract) = (port.model.clone(), Arc::clone(&port.contract));
        let view = View::new(domain, model, contract, object, behind, functions.clone())?;
        over.entry(newest.model.port().to_owned()).or_default().push(view);
    }
    Ok(over)
}

/// A port's name without its major; an older major's model has the major in its own name.
pub(super) fn port_name<'a>(model: &'a Model, contract: &'a Contract) -> &'a str {
    contract.objects.first().map_or(model.port(), |object| &object.name)
}

/// The one table that a port's contract describes.
pub(super) fn object(port: &PipelinePort) -> Result<&SchemaObject, RunError> {
    match port.contract.objects.as_slice() {
        [object] => Ok(object),
        objects => Err(RunError::Objects { port: port.model.port().to_owned(), objects: objects.len() }),
    }
}
