//! The text of the query.

use std::io::Read as _;
use std::path::Path;

use crate::failure::{Failure, codes};

/// Longer texts are refused by every server of the mesh; no reason to send them.
const BYTES_MAX: u64 = 16 << 20;

/// The query given, read from stdin for `-`, or read from a file.
///
/// # Errors
/// When it cannot be read, or there is nothing in it.
pub(super) fn read(query: Option<&str>, file: Option<&Path>) -> Result<String, Failure> {
    let text = match (query, file) {
        (_, Some(path)) => {
            let file = std::fs::File::open(path).map_err(|error| unreadable(&path.display().to_string(), &error))?;
            text(file, &path.display().to_string())?
        }
        (Some("-"), None) => text(std::io::stdin().lock(), "stdin")?,
        (Some(query), None) => query.to_owned(),
        (None, None) => String::new(),
    };
    if text.trim().is_empty() {
        return Err(
            Failure::usage(codes::QUERY, "there is no query").help("write it in quotes, or `-` to read it from stdin")
        );
    }
    Ok(text)
}

fn text(source: impl std::io::Read, name: &str) -> Result<String, Failure> {
    let mut text = String::new();
    source.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|error| unreadable(name, &error))?;
    if text.len() as u64 > BYTES_MAX {
        return Err(Failure::environment(
            codes::INPUT,
            format!("the query in `{name}` is longer than {} MiB", BYTES_MAX >> 20),
        ));
    }
    Ok(text)
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::environment(codes::INPUT, format!("cannot read the query from `{name}`")).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_comes_from_the_argument_or_a_file_and_is_never_empty() {
        assert_eq!(read(Some("SELECT 1"), None).expect("a query"), "SELECT 1");
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert!(read(None, Some(file.path())).is_err());
        std::fs::write(file.path(), "SELECT 2\n").expect("written");
        assert_eq!(read(None, Some(file.path())).expect("a query"), "SELECT 2\n");
        assert!(read(Some(" \n"), None).is_err());
    }
}
