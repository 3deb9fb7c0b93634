//! A table or query of PostgreSQL: what its catalog states, and every row.

mod catalog;
mod types;

use futures::TryStreamExt as _;
use mesh_contract::infer::{self, TableProfile, Written};

use super::ProfileError;
use crate::source::DatabaseUrl;
use crate::source::postgres::{Database, Failure, Lines, Session, StoredColumn, values};
use crate::source::quoted;

/// What of a database to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A table or view, with its schema before a point or in the schema that the user looks into first.
    Table(String),
    /// A SELECT.
    Query(String),
}

/// A table or query that was looked at, and where it is.
#[derive(Debug)]
pub struct DatabaseProfile {
    /// What was seen.
    pub profile: TableProfile,
    /// Host of the server.
    pub host: String,
    /// Port of the server.
    pub port: u16,
    /// Name of the database.
    pub database: String,
    /// Schema of the table; of a query the one in which its names are looked up first.
    pub schema: String,
    /// What was looked at: of a table the name without schema, of a query its text.
    pub wanted: Wanted,
}

impl DatabaseProfile {
    /// It as an input contract names it.
    #[must_use]
    pub fn origin(&self) -> infer::Database<'_> {
        infer::Database {
            host: &self.host,
            port: self.port,
            database: &self.database,
            schema: &self.schema,
            relation: match &self.wanted {
                Wanted::Table(name) => infer::Relation::Table(name),
                Wanted::Query(query) => infer::Relation::Query(query),
            },
        }
    }
}

/// Looks at every row of a table or query, in one read-only snapshot. What the catalog states of a table (types, `NOT NULL`,
/// keys, comments, enumerations) counts for more than what the rows show.
///
/// # Errors
/// [`ProfileError`] when the database is away or refuses, and on a column of a type that contracts do not have.
pub async fn profile_database(url: &DatabaseUrl, wanted: &Wanted) -> Result<DatabaseProfile, ProfileError> {
    let database = Database::at(url);
    let failed = |failure: Failure| match failure {
        Failure::Away(cause) => ProfileError::DatabaseAway { database: database.shown.clone(), cause },
        Failure::Refused(cause) => ProfileError::DatabaseRefused { database: database.shown.clone(), cause },
    };
    let session = Session::begin(&database, None).await.map_err(failed)?;
    let relation = match wanted {
        Wanted::Table(name) => name.split('.').map(quoted).collect::<Vec<_>>().join("."),
        Wanted::Query(query) => format!("({}\n) AS \"query\"", query.trim().trim_end_matches(';')),
    };
    let columns = session.columns(&relation).await.map_err(failed)?;
    let place = catalog::place(&session).await.map_err(failed)?;
    let table = match wanted {
        Wanted::Table(_) => catalog::table(&session, &columns).await.map_err(failed)?,
        Wanted::Query(_) => None,
    };
    let types = types::of(&session, &relation, &columns).await.map_err(failed)?;
    let types = types.map_err(|(column, found)| ProfileError::UnknownType { column, found })?;

    let named = columns.iter().zip(types).map(|(column, data_type)| (column.name.clone(), Written::Typed(data_type)));
    let mut profile = TableProfile::new(named);
    let (mut schema, mut found) = (place.schema, wanted.clone());
    if let Some(table) = table {
        profile.description = table.description;
        for ((column, stored), stated) in profile.columns.iter_mut().zip(&columns).zip(table.columns) {
            column.stated = Some(types::with_type(stated, stored));
        }
        (schema, found) = (table.schema, Wanted::Table(table.name));
    }
    observe(session, &relation, &columns, &mut profile).await.map_err(failed)?;
    let (host, port) = database.address();
    Ok(DatabaseProfile { profile, host, port, database: place.database, schema, wanted: found })
}

async fn observe(
    session: Session,
    relation: &str,
    columns: &[StoredColumn],
    profile: &mut TableProfile,
) -> Result<(), Failure> {
    let asked = columns.iter().map(|column| match column.data_type.name() {
        // What has no text is there or not, and that is all that is asked.
        "bytea" => format!("CASE WHEN {} IS NULL THEN NULL ELSE U&'\\001A' END", quoted(&column.name)),
        _ => format!("{}::pg_catalog.text", quoted(&column.name)),
    });
    let select = format!("SELECT {} FROM {relation}", asked.collect::<Vec<_>>().join(", "));
    let mut pieces = session.copy(&select).await?;
    let mut lines = Lines::default();
    while let Some(piece) = pieces.try_next().await? {
        lines.feed(&piece, |row| {
            let row = std::str::from_utf8(row).map_err(|_| Failure::Refused("a row is not valid UTF-8".to_owned()))?;
            profile.rows += 1;
            profile.columns.iter_mut().zip(values(row)).for_each(|(column, value)| column.observe(value.as_deref()));
            Ok::<(), Failure>(())
        })?;
    }
    Ok(())
}
