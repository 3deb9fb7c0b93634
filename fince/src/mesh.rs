//! The mesh in one process: what `up` and `publish` put together. Nothing is decided here.

mod banner;
mod development;
mod governance;
mod governance_product;
mod order;
mod product;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use mesh_api::lineage::Endpoint;
use mesh_engine::QueryLimits;
use mesh_engine::durable::Disk;
use mesh_policy::{Clock, Identity};
use mesh_sdk::function::Functions;
use mesh_sdk::{DatabaseUrl, NodeSettings, Product, ProductError};
use tokio::task::JoinSet;
use url::Url;

use crate::addresses::{self, Addresses};
use crate::data_directory::DataDirectory;
use crate::dev::{DevelopmentIdentity, Keys};
use crate::failure::{Exit, Failure, codes};
use crate::output::Output;
use crate::setting::Setting;
use crate::signals::Stop;

pub(crate) use banner::banner;
pub(crate) use development::Development;
pub(crate) use governance::start_governance;
pub(crate) use governance_product::{keep_governance_product, open_governance_product, publisher, refuse_reserved};
pub(crate) use product::{Running, start_product};

/// The parts of a running mesh.
pub(crate) type Parts = JoinSet<Result<(), Failure>>;

/// What everything in the process shares.
pub(crate) struct Mesh {
    pub(crate) data: DataDirectory,
    pub(crate) keys: Keys,
    pub(crate) identity: DevelopmentIdentity,
    pub(crate) clock: Clock,
    pub(crate) addresses: Addresses,
    /// Who else is told of each run's lineage.
    pub(crate) lineage: Option<Endpoint>,
    /// Connection URLs of inputs, by the input's name.
    pub(crate) databases: BTreeMap<String, DatabaseUrl>,
}

impl Mesh {
    /// What the options and the environment of this invocation say, over the data directory.
    ///
    /// # Errors
    /// When a key cannot be read or made, or a variable of the environment makes no sense.
    pub(crate) fn open(setting: &Setting, data: DataDirectory) -> Result<Self, Failure> {
        let keys = Keys::open(&data)?;
        Ok(Self {
            identity: DevelopmentIdentity::new(keys.issuer.clone())?,
            clock: setting.environment.clock.clone(),
            addresses: setting.global.addresses(),
            lineage: setting.environment.lineage()?,
            databases: setting.environment.databases()?,
            data,
            keys,
        })
    }

    /// Who a domain's product is.
    pub(crate) fn product_identity(&self, domain: &str) -> Identity {
        crate::dev::product(domain, self.clock.now())
    }

    /// A client of governance that shows `token`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn governance(&self, token: String) -> Result<mesh_api::Client, Failure> {
        let url = addresses::url(self.addresses.governance())?;
        mesh_api::Client::new(url, Some(token)).map_err(crate::service_errors::governance)
    }

    /// A token of this mesh's own issuer.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub(crate) fn token(&self, identity: &Identity) -> Result<String, Failure> {
        self.identity.token(identity, self.clock.now())
    }

    /// What a node of `domain` needs.
    ///
    /// # Errors
    /// When its token cannot be sealed or its client cannot be made.
    pub(crate) fn node_settings(&self, domain: &str, endpoint: Option<Url>) -> Result<NodeSettings, Failure> {
        let token = self.token(&self.product_identity(domain))?;
        let url = addresses::url(self.addresses.governance())?;
        let governance = self.governance(token.clone())?;
        Ok(NodeSettings {
            data: self.data.absolute().to_owned(),
            governance,
            lineage: self.lineage.iter().cloned().chain([Endpoint::governance(&url, Some(token.clone()))]).collect(),
            token,
            databases: self.databases.clone(),
            receipts: self.keys.governance.unsealer(),
            endpoint,
            limits: QueryLimits::default(),
            disk: Disk::default(),
            clock: self.clock.clone(),
        })
    }
}

/// Every product in the mesh folder, each behind those that it reads, otherwise by domain.
///
/// # Errors
/// Of every product whose documents have errors, the first one's.
pub(crate) fn open_products(root: &Path) -> Result<Vec<Product>, Failure> {
    let folder = root.join("domains");
    let unreadable = |error: std::io::Error| {
        Failure::environment(codes::MESH_FOLDER, format!("`{}` cannot be read", folder.display())).because(&error)
    };
    let mut domains = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.join("product.odps.yaml").is_file()
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            domains.push(name.to_owned());
        }
    }
    domains.sort();
    let products = domains.iter().map(|domain| open_product(root, domain)).collect::<Result<Vec<_>, _>>()?;
    Ok(order::in_order(products))
}

/// The product of a domain: governance's own, or one of the mesh folder.
///
/// # Errors
/// When there is no mesh folder; otherwise as [`Product::open`].
pub(crate) fn find_product(setting: &Setting, data: &DataDirectory, domain: &str) -> Result<Product, Failure> {
    if domain == ::governance_product::DOMAIN {
        return open_governance_product(data);
    }
    open_product(&crate::mesh_folder::find(setting)?, domain)
}

/// One product of the mesh folder, with the functions that are linked in for its domain.
///
/// # Errors
/// When the domain is one that the program itself has; otherwise as [`Product::open`].
pub(crate) fn open_product(root: &Path, domain: &str) -> Result<Product, Failure> {
    refuse_reserved(domain)?;
    Product::open(root, domain, functions(domain)).map_err(|error| product_failure(&error))
}

/// A product's error as the command line tells it.
pub(crate) fn product_failure(error: &ProductError) -> Failure {
    let failure = match error {
        ProductError::Invalid { reports } => {
            let text = reports.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            Failure::failed(error.code(), format!("the product's documents have errors\n\n{text}"))
        }
        ProductError::Data { .. } => Failure::environment(error.code(), error.to_string()),
        _ => Failure::failed(error.code(), error.to_string()),
    };
    let failure = match std::error::Error::source(error) {
        Some(cause) => failure.because(cause),
        None => failure,
    };
    match error.help() {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// Waits until told to stop or until a part fails, then for what is in flight.
///
/// # Errors
/// Of the first part that failed; a silent one when told to stop at once.
pub(crate) async fn until_stopped(mut running: Parts, stop: &Stop, output: &Output) -> Result<(), Failure> {
    let mut outcome = Ok(());
    let mut told = false;
    loop {
        tokio::select! {
            ended = running.join_next() => match ended {
                None => return outcome,
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(failure))) => {
                    stop.gentle.cancel();
                    outcome = outcome.and(Err(failure));
                }
                Some(Err(error)) => {
                    stop.gentle.cancel();
                    let failure = Failure::environment(codes::RUNTIME, "a part of the mesh ended").because(&error);
                    outcome = outcome.and(Err(failure));
                }
            },
            () = stop.gentle.cancelled(), if !told => {
                told = true;
                output.note("stopping: what is in flight is finished first");
            }
            () = stop.now.cancelled() => return outcome.and(Err(Failure::silent(Exit::Interrupted))),
        }
    }
}

/// What the domains that are linked into this binary add to SQL.
fn functions(domain: &str) -> Functions {
    match domain {
        "deposits" => deposits::functions(),
        "insurance" => insurance::functions(),
        "investing" => investing::functions(),
        "lending" => lending::functions(),
        _ => Functions::new(),
    }
}

/// The same token issuer, as the Flight server's login.
pub(crate) fn login(mesh: &Mesh) -> Arc<dyn mesh_flight::Login> {
    struct Development {
        identity: DevelopmentIdentity,
        clock: Clock,
    }
    impl mesh_flight::Login for Development {
        fn login(&self, user: &str, password: &str) -> Option<String> {
            let now = self.clock.now();
            let identity = self.identity.log_in(user, password, now)?;
            self.identity.token(&identity, now).ok()
        }
    }
    Arc::new(Development { identity: mesh.identity.clone(), clock: mesh.clock.clone() })
}
