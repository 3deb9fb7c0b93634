//! Where inputs that are databases are, from the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;

use mesh_engine::source::{DatabaseUrl, DatabaseUrlError};

/// Before the name of an input, in capitals: where its database is and as whom to read it.
const PREFIX: &str = "FINCE_INPUT_";

/// The connection URLs in these variables, by the input's name; what is none is kept as the reason, so that no password can be
/// shown.
pub fn database_urls(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> BTreeMap<String, Result<DatabaseUrl, DatabaseUrlError>> {
    let named = variables.filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(PREFIX)?.to_ascii_lowercase();
        Some((name, value.to_str().map_or(Err(DatabaseUrlError::Form), str::parse)))
    });
    named.collect()
}

/// The variable that holds the connection URL of an input.
#[must_use]
pub fn database_url_variable(input: &str) -> String {
    format!("{PREFIX}{}", input.to_ascii_uppercase())
}
