//! What the catalog of PostgreSQL states.

use std::collections::BTreeMap;

use mesh_contract::infer::Stated;

use crate::source::postgres::{Failure, Session, StoredColumn};

/// Where a session is.
pub(super) struct Place {
    pub(super) database: String,
    /// The schema that it looks into first.
    pub(super) schema: String,
}

/// A table as the catalog describes it.
pub(super) struct Table {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// One for each column that was asked for.
    pub(super) columns: Vec<Stated>,
}

pub(super) async fn place(session: &Session) -> Result<Place, Failure> {
    let sql = "SELECT current_database()::text, coalesce(current_schema(), 'public')::text";
    let (mut database, mut schema) = (String::new(), String::new());
    for row in session.rows(sql).await? {
        (database, schema) = (row.try_get(0)?, row.try_get(1)?);
    }
    Ok(Place { database, schema })
}

/// The table that these columns are of.
pub(super) async fn table(session: &Session, columns: &[StoredColumn]) -> Result<Option<Table>, Failure> {
    let Some((oid, _)) = columns.iter().find_map(|column| column.origin) else { return Ok(None) };
    let named = format!(
        "SELECT n.nspname::text, c.relname::text, obj_description(c.oid, 'pg_class')
         FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = {oid}"
    );
    let rows = session.rows(&named).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (schema, name, description) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);

    let mut stated = attributes(session, oid).await?;
    keys(session, oid, &mut stated).await?;
    let of =
        |column: &StoredColumn| column.origin.and_then(|(_, place)| stated.get(&place).cloned()).unwrap_or_default();
    Ok(Some(Table { schema, name, description, columns: columns.iter().map(of).collect() }))
}

async fn attributes(session: &Session, oid: u32) -> Result<BTreeMap<i16, Stated>, Failure> {
    let sql = format!(
        "SELECT attnum, attnotnull, col_description(attrelid, attnum::int4) FROM pg_attribute
         WHERE attrelid = {oid} AND attnum > 0 AND NOT attisdropped"
    );
    let rows = session.rows(&sql).await?;
    let stated = rows.iter().map(|row| {
        let stated = Stated { required: row.try_get(1)?, description: row.try_get(2)?, ..Stated::default() };
        Ok((row.try_get(0)?, stated))
    });
    stated.collect()
}

/// Primary keys, and columns whose values a whole index keeps apart.
async fn keys(session: &Session, oid: u32, stated: &mut BTreeMap<i16, Stated>) -> Result<(), Failure> {
    let sql = format!(
        "SELECT indisprimary, array_to_string(indkey::int2[], ' '), indnkeyatts::int4 FROM pg_index
         WHERE indrelid = {oid} AND indisunique AND indisvalid AND indpred IS NULL AND indexprs IS NULL"
    );
    for row in session.rows(&sql).await? {
        let (primary, places, count): (bool, String, i32) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        // Columns behind the key are only carried along.
        let count = usize::try_from(count).unwrap_or_default();
        let places: Vec<i16> = places.split(' ').take(count).filter_map(|place| place.parse().ok()).collect();
        for (position, place) in (1_u32..).zip(&places) {
            let Some(stated) = stated.get_mut(place) else { continue };
            stated.unique |= places.len() == 1;
            if primary {
                stated.key_position = Some(position);
            }
        }
    }
    Ok(())
}
