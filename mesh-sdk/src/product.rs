//! A data product as its domain wrote it: a folder of manifest, contracts, models and samples.

use std::fs;
use std::path::{Path, PathBuf};

use mesh_contract::diagnostic::Report;
use mesh_contract::product::Manifest;
use mesh_contract::{Contract, PortName, PortVersion};
use mesh_engine::function::Functions;
use semver::Version;
use std::sync::Arc;

use crate::error::ProductError;

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
}

/// An output port: contract and model.
#[derive(Clone, Debug)]
pub struct Output {
    /// Name and major.
    pub port: PortVersion,
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
}

/// A contract found in a folder.
struct Found {
    contract: Arc<Contract>,
    document: String,
    file: PathBuf,
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
        let promised = contracts(root, &folder.join("inputs"));
        let offered = contracts(root, &root.join("contracts").join(domain));
        let (manifest, promised, offered) = all(manifest, promised?, offered?)?;
        if manifest.domain != domain {
            return Err(ProductError::OtherDomain { file, domain: manifest.domain, folder: domain.to_owned() });
        }
        let inputs = manifest
            .input_ports
            .iter()
            .map(|port| {
                let found = find(&promised, &port.contract_id, &port.version, &folder.join("inputs"))?;
                Ok(Input { name: port.name.clone(), contract: Arc::clone(&found.contract) })
            })
            .collect::<Result<Vec<_>, ProductError>>()?;
        let outputs = manifest
            .output_ports
            .iter()
            .map(|port| {
                let found = find(&offered, &port.contract_id, &port.version, &root.join("contracts").join(domain))?;
                output(domain, &port.name, found, &folder)
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

fn output(domain: &str, name: &str, found: &Found, folder: &Path) -> Result<Output, ProductError> {
    let contract = &found.contract;
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
    let port_name = PortName::new(domain, name).map_err(|error| mismatch(error.to_string()))?;
    let model_file = folder.join("models").join(format!("{name}.sql"));
    Ok(Output {
        port: PortVersion { name: port_name, major: contract.version.major },
        contract: Arc::clone(contract),
        document: found.document.clone(),
        file: found.file.clone(),
        model: read(&model_file)?,
        model_file,
    })
}

/// All contracts of a folder; what is wrong with them is kept beside what is right.
fn contracts(root: &Path, folder: &Path) -> Result<(Vec<Found>, Vec<Report>), ProductError> {
    let (mut found, mut reports) = (Vec::new(), Vec::new());
    if !folder.is_dir() {
        return Ok((found, reports));
    }
    let failed = |source| ProductError::Read { file: folder.to_path_buf(), source };
    let mut files = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(failed)?;
    files.retain(|file| file.to_string_lossy().ends_with(".odcs.yaml"));
    files.sort();
    for file in files {
        let document = read(&file)?;
        match Contract::parse(&shown(root, &file), &document) {
            Ok(contract) => found.push(Found { contract: Arc::new(contract), document, file }),
            Err(report) => reports.push(report),
        }
    }
    Ok((found, reports))
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

fn find<'a>(found: &'a [Found], id: &str, version: &Version, folder: &Path) -> Result<&'a Found, ProductError> {
    found.iter().find(|found| found.contract.id == id && found.contract.version == *version).ok_or_else(|| {
        ProductError::NoContract { id: id.to_owned(), version: version.clone(), folder: folder.to_path_buf() }
    })
}

fn read(file: &Path) -> Result<String, ProductError> {
    fs::read_to_string(file).map_err(|source| ProductError::Read { file: file.to_path_buf(), source })
}

/// The file as messages show it: from the mesh folder on.
fn shown(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}
