//! What `ports` and `describe` share: the client, whole lists, owners.

use std::ops::AsyncFn;

use clap::{Args, ValueEnum};
use mesh_api::{Client, ClientError, Page, PageRequest, PortSummary};
use mesh_contract::Contract;
use serde::Serialize;

use crate::addresses;
use crate::asker::{Asker, Credential};
use crate::command::development_token;
use crate::failure::{Failure, codes};
use crate::output::Paint;
use crate::service_errors;
use crate::setting::Setting;

/// How lists are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Columns for people
    #[default]
    Table,
    /// JSON
    Json,
}

/// A client of the governance of this port base. `--as NAME` is proved with a token sealed with the key in the data
/// directory: REST knows no passwords.
///
/// # Errors
/// When nobody is named who asks, or the token cannot be sealed.
pub(crate) fn open(setting: &Setting, asker: &Asker) -> Result<Client, Failure> {
    let token = match asker.credential()? {
        Credential::Token(token) => token,
        Credential::Name(name) => development_token(setting, &name)?,
    };
    let url = addresses::url(setting.global.addresses().governance())?;
    Client::new(url, Some(token)).map_err(service_errors::governance)
}

/// What a command that lists something is told: how to print it, and who asks.
#[derive(Args, Clone, Debug)]
pub(crate) struct Listing {
    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,

    #[command(flatten)]
    asker: Asker,
}

impl Listing {
    /// A client of governance.
    ///
    /// # Errors
    /// As [`open`].
    pub(crate) fn client(&self, setting: &Setting) -> Result<Client, Failure> {
        open(setting, &self.asker)
    }

    /// Prints what is listed, as JSON or as `table` shows it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn print<T: Serialize + ?Sized>(
        &self,
        setting: &Setting,
        listed: &T,
        table: impl FnOnce(&T, Paint) -> String,
    ) -> Result<(), Failure> {
        let text = match self.format {
            ListFormat::Json => json(&listed)?,
            ListFormat::Table => table(listed, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
    }
}

/// Every entry of a list that comes in pages.
///
/// # Errors
/// As the call.
pub(crate) async fn all_pages<T>(
    call: impl AsyncFn(PageRequest) -> Result<Page<T>, ClientError>,
) -> Result<Vec<T>, Failure> {
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let request = PageRequest { cursor, limit: Some(PageRequest::LIMIT_MAX) };
        let page = call(request).await.map_err(service_errors::governance)?;
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(items);
        }
    }
}

/// Who owns a port, as its newest contract says.
///
/// # Errors
/// As the client.
pub(crate) async fn owner(client: &Client, port: &PortSummary) -> Result<Option<String>, Failure> {
    let version = client.version(&port.name, &port.newest).await.map_err(service_errors::governance)?;
    let contract = Contract::lint(&port.name.to_string(), &version.document).0;
    Ok(contract.as_ref().and_then(owner_of))
}

/// The owner that a contract names.
pub(crate) fn owner_of(contract: &Contract) -> Option<String> {
    let owner = contract.team.iter().find(|member| member.is_owner()).or_else(|| contract.team.first())?;
    Some(owner.name.clone().unwrap_or_else(|| owner.username.clone()))
}

/// A result as JSON.
///
/// # Errors
/// Never for our own types; the type of the writer asks.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::environment(codes::OUTPUT, "cannot write the result").because(&error))
}
