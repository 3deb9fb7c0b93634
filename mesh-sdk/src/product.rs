//! A data product as its domain wrote it: a folder of manifest, contracts, models and samples.

mod contracts;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use mesh_contract::diagnostic::Report;
use mesh_contract::product::{InputPort, Manifest, OutputPort};
use mesh_contract::{Contract, PortName, PortVersion};
use mesh_engine::function::Functions;
use mesh_engine::run::Materialization;
use std::sync::Arc;

use crate::error::ProductError;
use crate::schedule::Schedule;
use crate::vacuum::Retention;
use contracts::Found;

/// A product, read and resolved: every port has its contract, every output its model.
#[derive(Debug)]
pub struct Product {
    /// The manifest.
    pub manifest: Manifest,
    /// The manifest as written.
    pub document: String,
    /// The manifest's file, for messages.
    pub file: PathBuf,
    /// The product's folder; input contracts name their files relative to it.
    pub folder: PathBuf,
    /// Where data comes from.
    pub inputs: Vec<Input>,
    /// What is served.
    pub outputs: Vec<Output>,
    /// What SQL cannot say.
    pub functions: Functions,
}

/// An input port and the contract that its supplier promised.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name; models read `input.<name>`.
    pub name: String,
    /// The promise.
    pub contract: Arc<Contract>,
    /// The other product's port it is, where it is one.
    pub upstream: Option<PortVersion>,
}

/// An output port: contract and model.
#[derive(Clone, Debug)]
pub struct Output {
    /// Name and major.
    pub port: PortVersion,
    /// What runs and the command line call it: `loans`, and `loans_v1` when there is a newer major.
    pub name: String,
    /// The contract.
    pub contract: Arc<Contract>,
    /// The contract as written, for registration.
    pub document: String,
    /// The contract's file, for messages.
    pub file: PathBuf,
    /// The model's SQL.
    pub model: String,
    /// The model's file, for messages.
    pub model_file: PathBuf,
    /// How its next snapshot follows from the one before.
    pub materialization: Materialization,
    /// When it is published of its own accord.
    pub schedule: Schedule,
    /// How long its snapshots stay readable at least.
    pub retention: Retention,
}

impl Output {
    /// Whether it holds no rows and shows those of a newer major.
    #[must_use]
    pub fn is_view(&self) -> bool {
        self.materialization == Materialization::View
    }
}

impl Product {
    /// Reads the product of `domain` in the mesh folder `root`: `domains/<domain>/` and `contracts/<domain>/`.
    ///
    /// # Errors
    /// [`ProductError`], with everything that is wrong in all of its documents at once.
    pub fn open(root: &Path, domain: &str, functions: Functions) -> Result<Self, ProductError> {
        let folder = root.join("domains").join(domain);
        let file = folder.join("product.odps.yaml");
        if !mesh_contract::name::is_identifier(domain) || !file.is_file() {
            return Err(ProductError::NoProduct { domain: domain.to_owned(), file });
        }
        let document = read(&file)?;
        let manifest = Manifest::parse(&shown(root, &file), &document);
        let promised = contracts::all(root, &folder.join("inputs"));
        let offered = contracts::all(root, &root.join("contracts").join(domain));
        let (manifest, promised, offered) = all(manifest, promised?, offered?)?;
        if manifest.domain != domain {
            return Err(ProductError::OtherDomain { file, domain: manifest.domain, folder: domain.to_owned() });
        }
        let inputs = manifest
            .input_ports
            .iter()
            .map(|port| input(root, domain, port, &promised))
            .collect::<Result<Vec<_>, ProductError>>()?;
        let outputs = manifest
            .output_ports
            .iter()
            .map(|port| {
                let found =
                    contracts::find(&offered, &port.contract_id, &port.version, &root.join("contracts").join(domain))?;
                let is_newest = |other: &OutputPort| other.name != port.name || other.version <= port.version;
                let model = match manifest.output_ports.iter().all(is_newest) {
                    true => port.name.clone(),
                    false => format!("{}_v{}", port.name, port.version.major),
                };
                output((domain, &folder, &file), port, found, model)
            })
            .collect::<Result<Vec<_>, ProductError>>()?;
        Ok(Self { manifest, document, file, folder, inputs, outputs, functions })
    }

    /// The owning domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.manifest.domain
    }
}

/// An input with the contract that its supplier promised: in the product's own folder, or, for another product's port,
/// where that domain keeps its contracts.
fn input(root: &Path, domain: &str, port: &InputPort, promised: &[Found]) -> Result<Input, ProductError> {
    let folder = root.join("domains").join(domain).join("inputs");
    let name = port.name.clone();
    let missing = match contracts::find(promised, &port.contract_id, &port.version, &folder) {
        Ok(own) => return Ok(Input { name, contract: Arc::clone(&own.contract), upstream: None }),
        Err(missing) => missing,
    };
    let contract = contracts::elsewhere(root, domain, &port.contract_id, &port.version)?.ok_or(missing)?;
    let object = contract.objects.first().map(|object| object.name.clone()).unwrap_or_default();
    let upstream = PortName::new(&contract.domain, &object).map_err(|error| ProductError::PortMismatch {
        file: root.join("contracts").join(&contract.domain),
        port: object,
        reason: error.to_string(),
    })?;
    let upstream = PortVersion { name: upstream, major: contract.version.major };
    Ok(Input { name, contract, upstream: Some(upstream) })
}

fn output(
    (domain, folder, manifest): (&str, &Path, &Path),
    port: &OutputPort,
    found: &Found,
    model: String,
) -> Result<Output, ProductError> {
    let (contract, name) = (&found.contract, port.name.as_str());
    let mismatch =
        |reason: String| ProductError::PortMismatch { file: found.file.clone(), port: name.to_owned(), reason };
    if contract.domain != domain {
        return Err(mismatch(format!("its domain is `{}`", contract.domain)));
    }
    match contract.objects.as_slice() {
        [object] if object.name == name => {}
        objects => {
            let names: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
            return Err(mismatch(format!("its schema describes `{}`", names.join("`, `"))));
        }
    }
    let materialization = setting(port, "materialization", manifest)?;
    if materialization == Materialization::View && port.custom.contains_key("schedule") {
        let what = "a view is published with the major that holds its rows".to_owned();
        let (file, port) = (manifest.to_path_buf(), name.to_owned());
        return Err(ProductError::Setting { file, port, key: "schedule", what });
    }
    let port_name = PortName::new(domain, name).map_err(|error| mismatch(error.to_string()))?;
    let model_file = folder.join("models").join(format!("{model}.sql"));
    Ok(Output {
        port: PortVersion { name: port_name, major: contract.version.major },
        name: model,
        contract: Arc::clone(contract),
        document: found.document.clone(),
        file: found.file.clone(),
        model: read(&model_file)?,
        model_file,
        materialization,
        schedule: setting(port, "schedule", manifest)?,
        retention: setting(port, "snapshotRetention", manifest)?,
    })
}

/// A custom property of an output port; what it stands for when it is not there is up to its type.
fn setting<T>(port: &OutputPort, key: &'static str, manifest: &Path) -> Result<T, ProductError>
where
    T: Default + FromStr<Err = String>,
{
    let wrong =
        |what: String| ProductError::Setting { file: manifest.to_path_buf(), port: port.name.clone(), key, what };
    match port.custom.get(key) {
        None => Ok(T::default()),
        Some(value) => value.as_str().ok_or_else(|| "it is not a text".to_owned()).and_then(T::from_str).map_err(wrong),
    }
}

fn all(
    manifest: Result<Manifest, Report>,
    promised: (Vec<Found>, Vec<Report>),
    offered: (Vec<Found>, Vec<Report>),
) -> Result<(Manifest, Vec<Found>, Vec<Found>), ProductError> {
    let mut reports: Vec<Report> = promised.1.into_iter().chain(offered.1).collect();
    match manifest {
        Ok(manifest) if reports.is_empty() => Ok((manifest, promised.0, offered.0)),
        Ok(_) => Err(ProductError::Invalid { reports }),
        Err(report) => {
            reports.insert(0, report);
            Err(ProductError::Invalid { reports })
        }
    }
}

fn read(file: &Path) -> Result<String, ProductError> {
    fs::read_to_string(file).map_err(|source| ProductError::Read { file: file.to_path_buf(), source })
}

/// The file as messages show it: from the mesh folder on.
fn shown(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}
