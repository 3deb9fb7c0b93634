//! From files to tables of rows.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::file_format::options::{ArrowReadOptions, JsonReadOptions};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{CsvReadOptions, DataFrame, ParquetReadOptions, SessionConfig, SessionContext};
use mesh_contract::infer::Written;
use url::Url;

use super::{Format, ProfileError, Source, header};

/// Columns, each with the way its values are written.
pub(super) type Columns = Vec<(String, Written)>;

/// One source as it is: text stays text, so that its types are told from what is written.
pub(super) async fn alone(source: &Source) -> Result<(DataFrame, Columns), ProfileError> {
    let session = session();
    if let Format::Csv { delimiter } = source.format {
        let names = header::names(&source.path, delimiter)?;
        // By position: a header may repeat a name, or have none.
        let fields: Vec<Field> =
            (0..names.len()).map(|at| Field::new(format!("c{at}"), DataType::Utf8, true)).collect();
        let schema = Schema::new(fields);
        let frame = csv(&session, &source.path, delimiter, Some(&schema)).await?;
        let repeated = |name: &String| names.iter().filter(|other| *other == name).count() > 1;
        // A name that stands twice names no column; without one it is left out of the draft, and said so.
        let columns =
            names.iter().map(|name| (if repeated(name) { String::new() } else { name.clone() }, Written::Text));
        return Ok((frame, columns.collect()));
    }
    let frame = table(&session, source).await?;
    let schema = frame.schema().as_arrow().clone();
    let columns = match source.format {
        Format::JsonLines => json_columns(&schema)?,
        _ => columns(&schema, source.format == Format::Parquet)?,
    };
    Ok((frame, columns))
}

/// The rows of a query over the sources; nothing but reading is allowed.
pub(super) async fn query(sources: &[(String, Source)], sql: &str) -> Result<DataFrame, ProfileError> {
    let session = session();
    for (name, source) in sources {
        let frame = match source.format {
            Format::Csv { delimiter } => csv(&session, &source.path, delimiter, None).await?,
            _ => table(&session, source).await?,
        };
        let failed = |error: DataFusionError| ProfileError::Query(told(&error));
        session.register_table(name.as_str(), frame.into_view()).map_err(failed)?;
    }
    let only_reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = session.sql_with_options(sql, only_reading).await;
    frame.map_err(|error| ProfileError::Query(told(&error)))
}

/// The columns of a schema; `stay` when a contract must read just these types.
pub(super) fn columns(schema: &Schema, stay: bool) -> Result<Columns, ProfileError> {
    let column = |field: &Arc<Field>| {
        let written = Written::of_arrow(field.data_type(), stay);
        Ok((field.name().clone(), written.ok_or_else(|| unknown(field))?))
    };
    schema.fields().iter().map(column).collect()
}

fn json_columns(schema: &Schema) -> Result<Columns, ProfileError> {
    let column = |field: &Arc<Field>| {
        let written = match field.data_type() {
            DataType::Int64 | DataType::UInt64 | DataType::Float64 => Written::JsonNumber,
            DataType::Utf8 | DataType::Utf8View => Written::JsonText,
            other => Written::of_arrow(other, true).ok_or_else(|| unknown(field))?,
        };
        Ok((field.name().clone(), written))
    };
    schema.fields().iter().map(column).collect()
}

fn unknown(field: &Field) -> ProfileError {
    ProfileError::UnknownType { column: field.name().clone(), found: field.data_type().to_string() }
}

/// An own session: governed tables have nothing to do with files that somebody holds anyway.
fn session() -> SessionContext {
    let config = SessionConfig::new().set_bool("datafusion.execution.parquet.schema_force_view_types", false);
    SessionContext::new_with_config_rt(config, Arc::new(RuntimeEnv::default()))
}

async fn csv(
    session: &SessionContext,
    path: &Path,
    delimiter: u8,
    schema: Option<&Schema>,
) -> Result<DataFrame, ProfileError> {
    let ending = ending(path);
    let options = CsvReadOptions::new()
        .has_header(true)
        .delimiter(delimiter)
        .newlines_in_values(true)
        .file_extension(&ending)
        .schema_infer_max_records(usize::MAX);
    let options = match schema {
        Some(schema) => options.schema(schema),
        None => options,
    };
    session.read_csv(address(path)?.as_str(), options).await.map_err(|error| unreadable(path, &error))
}

async fn table(session: &SessionContext, source: &Source) -> Result<DataFrame, ProfileError> {
    let path = source.path.as_path();
    let (address, ending) = (address(path)?, ending(path));
    let read = match source.format {
        Format::JsonLines | Format::Csv { .. } => {
            let options = JsonReadOptions::default().file_extension(&ending).schema_infer_max_records(usize::MAX);
            session.read_json(address.as_str(), options).await
        }
        Format::Parquet => {
            session.read_parquet(address.as_str(), ParquetReadOptions::new().file_extension(&ending)).await
        }
        Format::Arrow => {
            let options = ArrowReadOptions { file_extension: &ending, ..ArrowReadOptions::default() };
            session.read_arrow(address.as_str(), options).await
        }
        Format::Delta => return delta(session, path, address).await,
    };
    read.map_err(|error| unreadable(path, &error))
}

async fn delta(session: &SessionContext, path: &Path, address: Url) -> Result<DataFrame, ProfileError> {
    let failed = |cause: deltalake::DeltaTableError| ProfileError::Unreadable {
        path: path.to_owned(),
        cause: cause.to_string(),
    };
    let table = deltalake::open_table(address).await.map_err(failed)?;
    let state = Arc::new(session.state());
    let provider =
        table.table_provider().with_session(state).build().await.map_err(|cause| unreadable(path, &cause))?;
    session.read_table(Arc::new(provider)).map_err(|error| unreadable(path, &error))
}

fn address(path: &Path) -> Result<Url, ProfileError> {
    let unreadable = |cause: String| ProfileError::Unreadable { path: path.to_owned(), cause };
    let whole = path.canonicalize().map_err(|error| unreadable(error.to_string()))?;
    let address = if whole.is_dir() { Url::from_directory_path(&whole) } else { Url::from_file_path(&whole) };
    address.map_err(|()| unreadable("the path cannot be an address".to_owned()))
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default()
}

pub(super) fn unreadable(path: &Path, error: &DataFusionError) -> ProfileError {
    ProfileError::Unreadable { path: path.to_owned(), cause: told(error) }
}

/// The innermost error's own words.
pub(super) fn told(error: &DataFusionError) -> String {
    error.find_root().to_string().lines().next().unwrap_or_default().to_owned()
}
