//! `VERSION`: which layout a data directory has.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::failure::{Failure, codes};

/// The layout that this binary writes. Raised only when an older binary would do harm.
const LAYOUT: u32 = 1;

const FILE: &str = "VERSION";

/// Whether a mesh has been started here.
pub(super) fn is_marked(root: &Path) -> bool {
    root.join(FILE).is_file()
}

/// Refuses a directory of a newer layout, and one whose mark cannot be read.
pub(super) fn check(root: &Path) -> Result<(), Failure> {
    let path = root.join(FILE);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::environment(codes::DATA_DIRECTORY, format!("cannot read `{}`", path.display())).because(&error)
    })?;
    match text.trim().parse::<u32>() {
        Ok(found) if found <= LAYOUT => Ok(()),
        Ok(found) => Err(Failure::environment(
            codes::DATA_NEWER,
            format!("`{}` has layout {found}; this binary knows layouts up to {LAYOUT}", root.display()),
        )
        .help("use the newer `fince` that wrote it, or another directory with `--data DIR`")),
        Err(_) => Err(Failure::environment(
            codes::DATA_DIRECTORY,
            format!(
                "`{}` holds `{}`, which is no layout number",
                path.display(),
                text.trim().chars().take(40).collect::<String>()
            ),
        )
        .help("this is not a data directory of fince, or it is damaged; name another with `--data DIR`")),
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
        let text = check(root.path()).expect_err("is newer").render(false).expect("text");
        assert!(text.starts_with("error[FC-5003]") && text.contains("layout 2"), "{text}");
        assert_eq!(fs::read_to_string(root.path().join(FILE)).expect("the mark"), "2\n");
    }

    #[test]
    fn a_damaged_mark_is_refused() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join(FILE), "").expect("a mark");
        assert!(check(root.path()).expect_err("is damaged").render(false).expect("text").starts_with("error[FC-5002]"));
    }
}
