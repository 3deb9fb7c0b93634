//! Where a walk starts: the names of a query, each of which must be known.

use mesh_contract::{Contract, PortName, PortVersion};
use mesh_lineage::lineage_graph::Start;
use mesh_lineage::{Dataset, MESH, port_version};

use crate::failure::{self, Failure};
use crate::middleware::span::Clean;
use crate::service::Service;

/// A port, or some of its major versions.
pub(crate) struct Ports {
    pub(crate) name: PortName,
    pub(crate) majors: Vec<u64>,
    /// Whether one major version was named.
    is_pinned: bool,
}

/// The product of a domain.
pub(crate) async fn product(service: &Service, domain: &str) -> Result<Start, Failure> {
    let missing = || Failure::new(failure::NOT_REGISTERED, format!("`{}` has no registered product", Clean(domain)));
    service.0.store.product(domain).await?.ok_or_else(missing)?;
    Ok(Start::Product(domain.to_owned()))
}

/// The registered port of that name, or of that name with a major version. A port whose own name ends as a version does
/// comes first.
pub(crate) async fn ports(service: &Service, text: &str) -> Result<Ports, Failure> {
    let missing =
        || Failure::new(failure::NOT_REGISTERED, format!("no contract of the port `{}` is registered", Clean(text)));
    let name: PortName = text.parse().map_err(|_| missing())?;
    if let Some(port) = service.0.store.port(&name).await? {
        return Ok(Ports { name, majors: port.summary.majors, is_pinned: false });
    }
    let PortVersion { name, major } = port_version(text).ok_or_else(missing)?;
    let port = service.0.store.port(&name).await?.filter(|port| port.summary.majors.contains(&major));
    port.ok_or_else(missing)?;
    Ok(Ports { name, majors: vec![major], is_pinned: true })
}

impl Ports {
    /// A walk from the ports, or from a column of theirs that some contract version of theirs, or the graph, knows.
    pub(crate) async fn start(&self, service: &Service, column: Option<&str>) -> Result<Start, Failure> {
        let Some(column) = column else {
            return Ok(match self.datasets().as_slice() {
                [(_, dataset)] if self.is_pinned => Start::Dataset(dataset.clone()),
                _ => Start::Port(self.name.clone()),
            });
        };
        let mut columns = Vec::new();
        for (major, dataset) in self.datasets() {
            if self.has_column(service, major, &dataset, column).await? {
                columns.push((dataset, column.to_owned()));
            }
        }
        if columns.is_empty() {
            let detail = format!("the port `{}` has no column `{}`", self.name, Clean(column));
            return Err(Failure::new(failure::NOT_IN_GRAPH, detail));
        }
        Ok(Start::Columns(columns))
    }

    fn datasets(&self) -> Vec<(u64, Dataset)> {
        let dataset =
            |major: &u64| (*major, Dataset::port(MESH, &PortVersion { name: self.name.clone(), major: *major }));
        self.majors.iter().map(dataset).collect()
    }

    async fn has_column(
        &self,
        service: &Service,
        major: u64,
        dataset: &Dataset,
        column: &str,
    ) -> Result<bool, Failure> {
        if knows(service, dataset, column).await? {
            return Ok(true);
        }
        let versions = service.0.store.versions(&self.name).await?;
        let newest = versions.into_iter().map(|version| version.version).filter(|version| version.major == major).max();
        let Some(newest) = newest else { return Ok(false) };
        let Some((_, document)) = service.0.store.version(&self.name, &newest).await? else { return Ok(false) };
        let column = column.to_owned();
        let reading = tokio::task::spawn_blocking(move || {
            let contract = Contract::lint("contract", &document).0;
            let objects = contract.into_iter().flat_map(|contract| contract.objects);
            objects.flat_map(|object| object.properties).any(|property| property.name == column)
        });
        reading.await.map_err(|error| Failure::internal(&error))
    }
}

/// A dataset that some event named, or a column of it on which something depends or that depends on something.
pub(crate) async fn dataset(service: &Service, dataset: Dataset, column: Option<&str>) -> Result<Start, Failure> {
    let missing = |what: String| Failure::new(failure::NOT_IN_GRAPH, what);
    if dataset.namespace == MESH && port_version(&dataset.name).is_some() {
        return ports(service, &dataset.name).await?.start(service, column).await;
    }
    if !service.0.store.knows_dataset(&dataset).await? {
        return Err(missing(format!("nothing is known of the dataset `{}`", Clean(&dataset.name))));
    }
    match column {
        None => Ok(Start::Dataset(dataset)),
        Some(column) if knows(service, &dataset, column).await? => {
            Ok(Start::Columns(vec![(dataset, column.to_owned())]))
        }
        Some(column) => {
            Err(missing(format!("nothing is known of the column `{}` of `{}`", Clean(column), Clean(&dataset.name))))
        }
    }
}

async fn knows(service: &Service, dataset: &Dataset, column: &str) -> Result<bool, Failure> {
    let (dataset, column) = (dataset.clone(), column.to_owned());
    service.0.lineage.look(&service.0.store, move |graph| graph.knows(&dataset, &column)).await
}
