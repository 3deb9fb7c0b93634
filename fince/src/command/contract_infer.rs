//! `fince contract infer SOURCE…`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use mesh_contract::infer::{self, Draft, File, Origin, TableProfile};
use mesh_contract::name::is_identifier;
use mesh_engine::profile::{Format, ProfileError, Source, Wanted, profile, profile_database, profile_query};

use crate::failure::{Failure, codes};
use crate::setting::Setting;
use crate::whole_file;

const EXAMPLES: &str = "\
Every row is looked at once. A draft says what the data shows: types (exact decimals for money), dates and how they are
written, what stands for null, keys, lists of values, and what seems to be about persons. What it means is for people
to write.

Examples:
  fince contract infer domains/lending/sample/loans.csv --currency USD
  fince contract infer export.parquet --name claims --domain insurance --output claims.odcs.yaml
  fince contract infer loans.csv rates.csv --name by_grade --domain lending \\
      --sql 'SELECT grade, avg(interest_rate) AS rate FROM loans GROUP BY grade'
  FINCE_INPUT_CORE=postgresql://… fince contract infer --database core bank.claims     a table of PostgreSQL";

/// Draft a contract from data: CSV, JSON lines, Parquet, Arrow, a Delta table, a query over such files, or PostgreSQL
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Infer {
    /// The file, or the folder of a Delta table; several for a query. With `--database` a table of it
    #[arg(required_unless_present = "database", value_name = "SOURCE")]
    sources: Vec<PathBuf>,

    /// A PostgreSQL database, by the connection URL in the variable FINCE_INPUT_<NAME>
    #[arg(long, value_name = "NAME")]
    database: Option<String>,

    /// A query whose result to draft; its tables are the files, named without their endings, or those of the database
    #[arg(long, value_name = "QUERY")]
    sql: Option<String>,

    /// Name of the table [default: as the file]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Domain that owns the contract [default: the one whose folder holds the file, or else `draft`]
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,

    /// Currency of the amounts, an ISO 4217 code
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,

    /// Where to write the contract [default: stdout]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

impl Infer {
    /// Drafts the contract.
    ///
    /// # Errors
    /// When a source cannot be read or a name cannot be one; when the draft cannot be written.
    pub(crate) async fn run(self, setting: &Setting) -> Result<(), Failure> {
        let text = match &self.database {
            Some(database) => self.of_database(database, setting).await?,
            None => self.of_files().await?,
        };
        match &self.output {
            Some(path) if path.exists() => {
                Err(Failure::usage(codes::ALREADY_THERE, format!("`{}` is already there", path.display()))
                    .help("a draft never takes the place of a contract; choose another file"))
            }
            Some(path) => whole_file::write(path, text.as_bytes()),
            None => {
                let mut stdout = std::io::stdout().lock();
                Ok(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())?)
            }
        }
    }

    async fn of_database(&self, database: &str, setting: &Setting) -> Result<String, Failure> {
        let urls = setting.environment.databases()?;
        let url = urls.get(&database.to_ascii_lowercase()).ok_or_else(|| {
            let variable = format!("FINCE_INPUT_{}", database.to_ascii_uppercase());
            Failure::usage(codes::DATABASE_URL, format!("the variable `{variable}` holds no connection URL"))
                .help("postgresql://user:password@host:5432/database?sslmode=require")
        })?;
        let wanted = match (self.sources.as_slice(), &self.sql) {
            ([table], None) => Wanted::Table(table.to_string_lossy().into_owned()),
            ([], Some(query)) => Wanted::Query(query.clone()),
            _ => {
                return Err(Failure::usage(codes::QUERY, "neither one table nor one query of the database")
                    .help("name one table, or say with `--sql` what to select"));
            }
        };
        let seen = profile_database(url, &wanted).await.map_err(|error| told(&error))?;
        let name = match (&self.name, &seen.wanted) {
            (Some(name), _) => name.clone(),
            (None, Wanted::Table(table)) => identifier(table)?,
            (None, Wanted::Query(_)) => {
                return Err(Failure::usage(codes::NAME, "a query has no name").help("name it: `--name NAME`"));
            }
        };
        let origin = match &seen.wanted {
            Wanted::Table(table) => format!("`{}.{table}`", seen.schema),
            Wanted::Query(_) => "a query".to_owned(),
        };
        self.written(&seen.profile, (None, &name), &origin, Some(Origin::Database(seen.origin())))
    }

    async fn of_files(&self) -> Result<String, Failure> {
        let sources = self.sources.iter().map(|path| Source::at(path)).collect::<Result<Vec<_>, _>>();
        let sources = sources.map_err(|error| told(&error))?;
        let (profile, only) = match (sources.as_slice(), &self.sql) {
            (_, Some(sql)) => {
                let named = sources.iter().map(|source| Ok((table_name(&source.path)?, source.clone())));
                let named = named.collect::<Result<Vec<_>, Failure>>()?;
                (profile_query(&named, sql).await.map_err(|error| told(&error))?, None)
            }
            ([source], None) => (profile(source).await.map_err(|error| told(&error))?, Some(source)),
            _ => {
                return Err(Failure::usage(codes::QUERY, "several files make no table by themselves")
                    .help("name one file, or say with `--sql` what to select"));
            }
        };
        let first = self.sources.first().map_or(Path::new("."), PathBuf::as_path);
        let name = match &self.name {
            Some(name) => name.clone(),
            None => table_name(first)?,
        };
        let (inside_domain, path) = place(first);
        let origin = match &self.sql {
            Some(_) => "a query".to_owned(),
            None => format!("`{}`", first.file_name().unwrap_or_default().to_string_lossy()),
        };
        let input = only.and_then(|source| file(source, &path)).map(Origin::File);
        self.written(&profile, (inside_domain, &name), &origin, input)
    }

    fn written(
        &self,
        profile: &TableProfile,
        (inside_domain, name): (Option<String>, &str),
        origin: &str,
        input: Option<Origin<'_>>,
    ) -> Result<String, Failure> {
        let domain = self.domain.clone().or(inside_domain).unwrap_or_else(|| "draft".to_owned());
        for (what, word) in [("table", name), ("domain", domain.as_str())] {
            check_name(what, word)?;
        }
        let currency = self.currency.as_deref();
        infer::draft(profile, &Draft { domain: &domain, name, origin, input, currency })
            .map_err(|report| Failure::failed(codes::NAME, format!("the draft is no contract\n\n{report}")))
    }
}

/// The file as an input contract names it, when its format is one that inputs are read in.
fn file<'a>(source: &Source, path: &'a str) -> Option<File<'a>> {
    let (format, delimiter) = match source.format {
        Format::Csv { delimiter } => ("csv", Some(char::from(delimiter))),
        Format::JsonLines => ("json", None),
        Format::Parquet => ("parquet", None),
        Format::Arrow | Format::Delta => return None,
    };
    Some(File { path, format, delimiter })
}

/// The domain in whose folder a file lies, and the file's path from there; otherwise only its name.
fn place(path: &Path) -> (Option<String>, String) {
    let alone = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Ok(whole) = path.canonicalize() else { return (None, alone()) };
    let product = whole.ancestors().skip(1).find(|folder| folder.join("product.odps.yaml").is_file());
    let Some(product) = product else { return (None, alone()) };
    let domain = product.file_name().map(|name| name.to_string_lossy().into_owned());
    let inside = whole.strip_prefix(product).map_or_else(|_| alone(), |inside| inside.to_string_lossy().into_owned());
    (domain, inside.replace('\\', "/"))
}

fn table_name(path: &Path) -> Result<String, Failure> {
    identifier(&path.file_stem().unwrap_or_default().to_string_lossy())
}

fn identifier(word: &str) -> Result<String, Failure> {
    infer::identifier(word).ok_or_else(|| {
        Failure::usage(codes::NAME, format!("`{word}` cannot be the name of a table")).help("name it: `--name NAME`")
    })
}

/// Refuses what cannot be a name, and proposes what can.
///
/// # Errors
/// When it is none.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), Failure> {
    if is_identifier(name) {
        return Ok(());
    }
    let form = "lower-case letters, digits and `_`, starting with a letter";
    let help = match infer::identifier(name) {
        Some(near) => format!("{form}: `{near}`"),
        None => form.to_owned(),
    };
    Err(Failure::usage(codes::NAME, format!("`{name}` cannot be the name of a {what}")).help(help))
}

fn told(error: &ProfileError) -> Failure {
    let failure = match error {
        ProfileError::Unreadable { .. } => Failure::environment(error.code(), error.to_string()),
        _ => Failure::failed(error.code(), error.to_string()),
    };
    failure.help(error.help())
}
