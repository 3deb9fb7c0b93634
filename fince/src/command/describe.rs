//! `fince describe PORT`

mod facts;
mod page;

use clap::Args;
use mesh_api::{Client, PageRequest, PortDetail, VersionDetail};
use mesh_contract::{Contract, PortName};

use crate::asker::Asker;
use crate::failure::{Failure, codes};
use crate::governance_client::{self, ListFormat, all_pages};
use crate::output::Paint;
use crate::service_errors;
use crate::setting::Setting;

use facts::Facts;

const EXAMPLES: &str = "\
Examples:
  fince describe lending.loans --as omar                the newest version of its contract
  fince describe lending.loans_v1 --as omar             the newest within major 1
  fince describe lending.loans --as omar -f json | jq '.columns[].name'";

/// Show what a port holds: columns, types, units, keys, checks, service levels, and how to query it
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Describe {
    /// The port: domain.port, or domain.port_v1 for one major version
    #[arg(value_name = "PORT")]
    port: String,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,

    #[command(flatten)]
    asker: Asker,
}

impl Describe {
    /// Describes it.
    ///
    /// # Errors
    /// When there is no such port, or governance does not answer.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let name = parse(&self.port)?;
        let client = governance_client::open(setting, &self.asker)?;
        let (port, major) = find(&client, name).await?;
        let version = newest(&client, &port, major).await?;
        let (contract, report) = Contract::lint(&port.summary.name.to_string(), &version.document);
        let contract = contract.ok_or_else(|| {
            Failure::failed(
                codes::PORT,
                format!("the registered contract of `{}` cannot be read by this version", self.port),
            )
            .because(&report)
        })?;
        let facts = Facts::new(&port, &version, &contract);
        let text = match self.format {
            ListFormat::Json => governance_client::json(&facts)?,
            ListFormat::Table => page::render(&facts, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
    }
}

/// The name of a port.
///
/// # Errors
/// When the text is none.
pub(super) fn parse(text: &str) -> Result<PortName, Failure> {
    text.parse().map_err(|error| Failure::usage(codes::PORT, "").because(&error).help("`fince ports` lists them"))
}

/// The port of that name; or, when there is none and the name ends in a major version, the port without it.
async fn find(client: &Client, name: PortName) -> Result<(PortDetail, Option<u64>), Failure> {
    let refused = match client.port(&name).await {
        Ok(port) => return Ok((port, None)),
        Err(error) => error,
    };
    let is_missing = refused.problem().is_some_and(|problem| problem.status == 404);
    match pinned(&name) {
        Some((port, major)) if is_missing => {
            Ok((client.port(&port).await.map_err(service_errors::governance)?, Some(major)))
        }
        _ => Err(service_errors::governance(refused)),
    }
}

/// `loans_v1` as `loans` and 1.
pub(super) fn pinned(name: &PortName) -> Option<(PortName, u64)> {
    let (port, major) = name.port().rsplit_once("_v")?;
    Some((PortName::new(name.domain(), port).ok()?, major.parse().ok()?))
}

/// The newest version, or the newest of one major.
async fn newest(client: &Client, port: &PortDetail, major: Option<u64>) -> Result<VersionDetail, Failure> {
    let name = &port.summary.name;
    let version = match major {
        None => port.summary.newest.clone(),
        Some(major) => {
            let versions = all_pages(async |page: PageRequest| client.versions(name, &page).await).await?;
            let found = versions.into_iter().find(|version| version.major == major);
            let missing = || Failure::failed(codes::PORT, format!("`{name}` has no version {major}"));
            found.ok_or_else(missing)?.version
        }
    };
    client.version(name, &version).await.map_err(service_errors::governance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_pin_a_major() {
        let name = |text: &str| text.parse::<PortName>().expect("a name");
        assert_eq!(pinned(&name("lending.loans_v2")), Some((name("lending.loans"), 2)));
        assert_eq!(pinned(&name("lending.loans")), None);
        assert_eq!(pinned(&name("lending.loans_vip")), None);
    }

    #[test]
    fn what_is_no_name_is_refused_before_anybody_is_asked() {
        let text = parse("loans; drop").expect_err("no name").render(false).expect("text");
        assert!(text.starts_with("error[FC-5018]: `loans; drop` is not a port name"), "{text}");
    }
}
