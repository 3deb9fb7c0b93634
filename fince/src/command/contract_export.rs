//! `fince contract export FILE --to FORM`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use arrow::ipc::writer::FileWriter;
use clap::{Args, ValueEnum};
use mesh_contract::export::{self, Dialect, ExportError};
use mesh_contract::{Contract, arrow as contract_arrow};

use super::contract_lint::files;
use crate::failure::{Exit, Failure, codes};
use crate::findings::{Findings, Format};
use crate::output::Paint;
use crate::setting::Setting;
use crate::whole_file;

const EXAMPLES: &str = "\
Examples:
  fince contract export contracts/lending/loans.v1.odcs.yaml --to ddl-postgres | psql
  fince contract export contracts/lending/loans.v1.odcs.yaml --to json-schema --output loans.schema.json
  fince contract export contracts/lending/loans.v1.odcs.yaml --to html --output loans.html

Every form is derived from the contract alone: two exports of one contract are the same, byte for byte.";

/// Write a contract in a form that other tools read
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// The contract
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The form
    #[arg(long, value_name = "FORM", value_enum)]
    to: Form,

    /// The table, where the contract has several and the form describes one
    #[arg(long, value_name = "NAME")]
    object: Option<String>,

    /// Where to write it [default: stdout]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Arrow schema, as an Arrow file without rows
    ArrowIpc,
    /// Arrow schema, as the JSON of Arrow's integration tests
    ArrowJson,
    /// JSON Schema of one row
    JsonSchema,
    /// SQL for PostgreSQL
    DdlPostgres,
    /// SQL for DuckDB
    DdlDuckdb,
    /// Schema of a Delta table
    Delta,
    /// A page in Markdown
    Markdown,
    /// A page in one HTML file
    Html,
}

impl Export {
    /// Writes the form.
    ///
    /// # Errors
    /// When the file cannot be read, is no valid contract or has not the table; when the form cannot be written.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let contract = read(&self.file, setting)?;
        if self.to == Form::ArrowIpc && self.output.is_none() && setting.output.stdout_is_terminal() {
            return Err(Failure::usage(codes::BINARY_TO_TERMINAL, "an Arrow file is binary and stdout is a terminal")
                .help("write to a file with `--output PATH`, or into a pipe"));
        }
        let bytes = self.bytes(&contract)?;
        match &self.output {
            Some(path) => whole_file::write(path, &bytes),
            None => {
                let mut stdout = std::io::stdout().lock();
                Ok(stdout.write_all(&bytes).and_then(|()| stdout.flush())?)
            }
        }
    }

    fn bytes(&self, contract: &Contract) -> Result<Vec<u8>, Failure> {
        let object = || export::one_object(contract, self.object.as_deref()).map_err(|error| which(&error));
        let text = match self.to {
            Form::ArrowIpc => return ipc(&contract_arrow::schema(contract, object()?)),
            Form::ArrowJson => pretty(&export::arrow_json(&contract_arrow::schema(contract, object()?))),
            Form::JsonSchema => pretty(&export::json_schema(contract, object()?)),
            Form::Delta => pretty(&export::delta(object()?)),
            Form::DdlPostgres => export::ddl(contract, Dialect::Postgres),
            Form::DdlDuckdb => export::ddl(contract, Dialect::DuckDb),
            Form::Markdown => export::markdown(contract),
            Form::Html => export::html(contract),
        };
        Ok(text.into_bytes())
    }
}

/// A valid contract out of a file; what is wrong with it is told in full on stderr.
fn read(file: &Path, setting: &Setting) -> Result<Contract, Failure> {
    let text = files::read(file)?;
    Contract::parse(&file.display().to_string(), &text).map_err(|report| {
        let mut findings = Findings::new("contract export", ("contract", "contracts"));
        findings.report(&report);
        match findings.render(Format::Text, Paint(setting.output.colour_on_stderr())) {
            Ok(told) => {
                setting.output.note(&told);
                Failure::silent(Exit::Failed)
            }
            Err(failure) => failure,
        }
    })
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

fn ipc(schema: &arrow::datatypes::Schema) -> Result<Vec<u8>, Failure> {
    let failed = |error: arrow::error::ArrowError| {
        Failure::failed(codes::OUTPUT, "cannot write the Arrow schema").because(&error)
    };
    let mut writer = FileWriter::try_new(Vec::new(), schema).map_err(failed)?;
    writer.finish().map_err(failed)?;
    writer.into_inner().map_err(failed)
}

fn which(error: &ExportError) -> Failure {
    Failure::usage(error.code(), error.to_string()).help(error.help())
}
