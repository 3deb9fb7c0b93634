//! `fince snapshots`

use clap::Args;
use mesh_contract::PortVersion;
use mesh_sdk::{InputRead, InputState, SnapshotInfo};

use super::describe;
use crate::data_directory::DataDirectory;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
use crate::mesh::product_failure;
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince snapshots lending.loans
  fince snapshots lending.loans_v2 -f json
  fince sql --as omar 'SELECT count(*) FROM lending.loans VERSION AS OF 0'";

/// List the snapshots of a port, newest first, and what each was made of
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Snapshots {
    /// The port, with its major (`lending.loans_v2`) or for major 1 without
    port: String,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,
}

impl Snapshots {
    /// Lists them, from the data directory.
    ///
    /// # Errors
    /// When the text is no port's name, or the table's log cannot be read.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let data = DataDirectory::open(&setting.global.data)?;
        let port = parse(&self.port)?;
        let found = mesh_sdk::snapshots(data.absolute(), &port).await;
        let found = found.map_err(|error| product_failure(&error))?;
        let text = match self.format {
            ListFormat::Json => governance_client::json(&found)?,
            ListFormat::Table => table(&port, &found, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
    }
}

/// A port with its major, or for major 1 without.
///
/// # Errors
/// When the text is no port's name.
pub(super) fn parse(text: &str) -> Result<PortVersion, Failure> {
    let name = describe::parse(text)?;
    let (name, major) = describe::pinned(&name).unwrap_or((name, 1));
    Ok(PortVersion { name, major })
}

fn table(port: &PortVersion, snapshots: &[SnapshotInfo], paint: Paint) -> String {
    if snapshots.is_empty() {
        return format!("{port} was never published");
    }
    let columns = [("version", Lean::Right), ("committed", Lean::Left), ("rows", Lean::Right)];
    let columns = columns.into_iter().chain([("contract", Lean::Left), ("run", Lean::Left), ("made of", Lean::Left)]);
    let mut table = Table::new(columns).open_end();
    for snapshot in snapshots {
        let made_of: Vec<String> = snapshot.inputs.iter().map(input).collect();
        table.row([
            snapshot.version.to_string(),
            snapshot.committed_at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            snapshot.rows.map(|rows| rows.to_string()).unwrap_or_default(),
            snapshot.contract_version.clone().unwrap_or_default(),
            snapshot.run.clone().unwrap_or_default(),
            made_of.join(", "),
        ]);
    }
    table.render(paint)
}

fn input(read: &InputRead) -> String {
    match &read.state {
        InputState::Port { port, snapshot } => format!("{port} version {snapshot}"),
        InputState::Files { files } => match files.as_slice() {
            [file] => file.name.clone(),
            files => format!("{} files of {}", files.len(), read.name),
        },
        InputState::Table { table, watermark: Some(reached) } => {
            format!("{table} up to {} {}", reached.column, reached.value)
        }
        InputState::Table { table, .. } => table.clone(),
        _ => read.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_named_with_its_major_or_without() {
        let shown = |text: &str| parse(text).map(|port| port.to_string()).ok();
        assert_eq!(shown("lending.loans").as_deref(), Some("lending.loans_v1"));
        assert_eq!(shown("lending.loans_v12").as_deref(), Some("lending.loans_v12"));
        assert_eq!(shown("lending.net_value").as_deref(), Some("lending.net_value_v1"));
        assert_eq!((shown("loans"), shown("lending."), shown("a.b; c")), (None, None, None));
    }
}
