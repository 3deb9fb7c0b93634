//! `VERSION`: which layout a data directory has.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::DataDirectoryError;

/// The layout that this binary writes. Raised only when an older binary would do harm.
const LAYOUT: u32 = 1;

const FILE: &str = "VERSION";

/// How much of a mark that is none is shown.
const SHOWN_CHARS: usize = 40;

/// Whether a mesh has been started here.
pub(super) fn is_marked(root: &Path) -> bool {
    root.join(FILE).is_file()
}

/// Refuses a directory of a newer layout, and one whose mark cannot be read.
pub(super) fn check(root: &Path) -> Result<(), DataDirectoryError> {
    let path = root.join(FILE);
    let unreadable = |source| DataDirectoryError::Unusable { what: "cannot read", path: path.clone(), source };
    let text = fs::read_to_string(&path).map_err(unreadable)?;
    match text.trim().parse::<u32>() {
        Ok(found) if found <= LAYOUT => Ok(()),
        Ok(found) => Err(DataDirectoryError::Newer { path: root.to_owned(), found, known: LAYOUT }),
        Err(_) => Err(DataDirectoryError::Damaged { path, text: text.trim().chars().take(SHOWN_CHARS).collect() }),
    }
}

/// Marks a new directory.
pub(super) fn write(root: &Path) -> io::Result<()> {
    // Appears whole or not at all: half a mark would lock the owner out.
    let mut file = tempfile::NamedTempFile::new_in(root)?;
    writeln!(file, "{LAYOUT}")?;
    file.as_file().sync_all()?;
    file.persist(root.join(FILE)).map_err(|error| error.error)?;
    fs::File::open(root)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_layout_is_refused_and_left_alone() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join(FILE), "2\n").expect("a mark");
        let error = check(root.path()).expect_err("is newer");
        assert!(error.code().to_string() == "FC-5003" && error.to_string().contains("layout 2"), "{error}");
        assert_eq!(fs::read_to_string(root.path().join(FILE)).expect("the mark"), "2\n");
    }

    #[test]
    fn a_damaged_mark_is_refused() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join(FILE), "").expect("a mark");
        assert_eq!(check(root.path()).expect_err("is damaged").code().to_string(), "FC-5002");
    }
}
