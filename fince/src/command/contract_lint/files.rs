//! Which files are meant, and their text.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, codes};

/// How a contract is told from other files.
pub(in crate::command) const CONTRACT: &str = ".odcs.yaml";

/// How a product manifest is told from a contract.
pub(in crate::command) const MANIFEST: &str = ".odps.yaml";

/// No contract comes near this; a file that does is something else.
const BYTES_MAX: u64 = 16 << 20;

/// The files named, and those below the folders named; in order, each once.
///
/// # Errors
/// When a path does not exist or a folder cannot be listed, or when there is no file at all.
pub(in crate::command) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            search(path, &mut found)?;
        } else {
            found.insert(path.clone());
        }
    }
    if found.is_empty() {
        return Err(super::nothing(paths));
    }
    Ok(found.into_iter().collect())
}

fn search(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let kind = entry.file_type().map_err(|error| unreadable(folder, &error))?;
        // Links to folders are not followed: they can lead in circles.
        if kind.is_dir() {
            search(&entry.path(), found)?;
            continue;
        }
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(CONTRACT) || name.ends_with(MANIFEST) {
            found.insert(entry.path());
        }
    }
    Ok(())
}

/// The text of a file.
///
/// # Errors
/// When it cannot be read, is far too long for a contract, or is not UTF-8.
pub(in crate::command) fn read(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Failure::environment(
            codes::INPUT,
            format!("`{}` is longer than {} MiB", path.display(), BYTES_MAX >> 20),
        )
        .help("name the contract itself"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        Failure::environment(codes::INPUT, format!("`{}` is not UTF-8 in line {line}", path.display()))
            .help("save it as UTF-8")
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::environment(codes::INPUT, format!("cannot read `{}`", path.display())).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_their_contracts_and_files_are_taken_as_named() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("a/b")).expect("folders");
        for name in ["a/b/loans.v1.odcs.yaml", "a/notes.md", "z.yaml"] {
            fs::write(at(name), "x").expect("a file");
        }
        let found = find(&[at("z.yaml"), at("a"), at("a/b")]).expect("found");
        assert_eq!(found, [at("a/b/loans.v1.odcs.yaml"), at("z.yaml")]);
        fs::remove_file(at("a/b/loans.v1.odcs.yaml")).expect("removed");
        let text = find(&[at("a")]).expect_err("nothing").render(false).expect("text");
        assert!(text.starts_with("error[FC-5016]"), "{text}");
    }

    #[test]
    fn a_file_in_another_encoding_is_told_by_line() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), b"name: x\ncity: K\xf6ln\n").expect("written");
        let text = read(file.path()).expect_err("is Latin-1").render(false).expect("text");
        assert!(text.contains("is not UTF-8 in line 2"), "{text}");
    }
}
