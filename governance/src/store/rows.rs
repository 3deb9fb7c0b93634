//! Many rows in one statement. Rows go in groups of few sizes, so that there are few statements and they stay prepared.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::StoreError;

/// Sizes of groups; the last is one, so every number of rows is made of them.
const SIZES: [usize; 5] = [256, 64, 16, 4, 1];

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    OptionalText(Option<String>),
    Number(i64),
    OptionalNumber(Option<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Writes rows: `head` stands before `VALUES`, `tail` after the rows, such as `ON CONFLICT DO NOTHING`. Each row has
/// `WIDTH` values.
pub(crate) async fn insert<const WIDTH: usize>(
    connection: &mut AnyConnection,
    head: &'static str,
    rows: Vec<[Value; WIDTH]>,
    tail: &'static str,
) -> Result<(), StoreError> {
    let mut rows = rows.into_iter();
    for size in groups(rows.len()) {
        let text = format!("{head} VALUES {} {tail}", places(size, WIDTH));
        // Only our own words and numbers of places are in the text.
        let statement = bound(AssertSqlSafe(text), rows.by_ref().take(size).flatten());
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// As [`insert`], but rows whose key is there already are left as they are; `RETURNING` tells of those that were new.
pub(crate) async fn insert_new<const WIDTH: usize>(
    connection: &mut AnyConnection,
    head: &'static str,
    rows: Vec<[Value; WIDTH]>,
    returning: &'static str,
) -> Result<Vec<AnyRow>, StoreError> {
    let (mut rows, mut new) = (rows.into_iter(), Vec::new());
    for size in groups(rows.len()) {
        let text = format!("{head} VALUES {} ON CONFLICT DO NOTHING {returning}", places(size, WIDTH));
        let statement = bound(AssertSqlSafe(text), rows.by_ref().take(size).flatten());
        new.extend(statement.fetch_all(&mut *connection).await?);
    }
    Ok(new)
}

/// Reads the rows whose key is one of `keys`: `head` ends where the list of keys begins, `tail` stands behind it.
pub(crate) async fn select(
    connection: &mut AnyConnection,
    head: &'static str,
    keys: impl ExactSizeIterator<Item = &str>,
    tail: &'static str,
) -> Result<Vec<AnyRow>, StoreError> {
    let (mut found, mut keys) = (Vec::new(), keys);
    for size in groups(keys.len()) {
        let text = format!("{head} {} {tail}", places(1, size));
        let mut statement = sqlx::query(AssertSqlSafe(text));
        for key in keys.by_ref().take(size) {
            statement = statement.bind(key.to_owned());
        }
        found.extend(statement.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

fn bound(
    text: AssertSqlSafe<String>,
    values: impl Iterator<Item = Value>,
) -> sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments> {
    values.fold(sqlx::query(text), |statement, value| match value {
        Value::Text(text) => statement.bind(text),
        Value::OptionalText(text) => statement.bind(text),
        Value::Number(number) => statement.bind(number),
        Value::OptionalNumber(number) => statement.bind(number),
    })
}

/// The sizes of groups that make up `count`, greatest first.
fn groups(count: usize) -> impl Iterator<Item = usize> {
    let mut rest = count;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest)?;
        rest -= size;
        Some(size)
    })
}

/// `($1, $2), ($3, $4)` for two rows of two.
fn places(rows: usize, width: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=width).map(|place| format!("${}", row * width + place)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `($3, $4), ($5, $6)` for two pairs behind the places up to the second.
pub(crate) fn pairs(behind: usize, count: usize) -> String {
    let pairs: Vec<String> =
        (0..count).map(|pair| format!("(${}, ${})", behind + 2 * pair + 1, behind + 2 * pair + 2)).collect();
    pairs.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_rows_is_made_of_few_sizes() {
        for count in [0, 1, 3, 5, 255, 256, 1_000] {
            assert_eq!(groups(count).sum::<usize>(), count);
        }
        assert_eq!(groups(85).collect::<Vec<_>>(), [64, 16, 4, 1]);
        assert_eq!(places(2, 2), "($1, $2), ($3, $4)");
        assert_eq!(pairs(2, 2), "($3, $4), ($5, $6)");
    }
}
