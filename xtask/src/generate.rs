//! `cargo xtask generate`: files that are derived from code are committed, and may not drift from it.

mod error_index;
mod programs;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::house::House;
use crate::run::Runner;
use crate::{say, test};

/// Derived files by their path relative to the root.
type Files = BTreeMap<PathBuf, String>;

/// Writes the derived files, or only compares them; true when nothing differs any more.
pub(crate) fn run(house: &House, check: bool) -> Result<bool> {
    if !Runner::new()?.run(&mut test::build(house))? {
        bail!("the workspace does not build");
    }
    if check {
        return compare(house);
    }
    for (path, text) in derive(house)? {
        let path = house.root().join(path);
        if is_same(&path, &text) {
            continue;
        }
        let folder = path.parent().context("a derived file stands in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
        say::line(&format!("wrote {}", path.display()));
    }
    Ok(true)
}

/// Compares the committed files with what the built programs say; true when they are the same.
pub(crate) fn compare(house: &House) -> Result<bool> {
    let mut same = true;
    for (path, text) in derive(house)? {
        if let Some(difference) = difference(&house.root().join(&path), &text) {
            say::line(&format!("{}: {difference}", path.display()));
            same = false;
        }
    }
    if !same {
        say::line("run `cargo xtask generate` and commit what it writes");
    }
    Ok(same)
}

fn derive(house: &House) -> Result<Files> {
    let mut files = programs::derive(house)?;
    files.insert(PathBuf::from(error_index::PATH), error_index::derive(house.root())?);
    Ok(files)
}

fn is_same(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found == text)
}

/// Where a file first differs from what it should say, and how many lines do.
fn difference(path: &Path, wanted: &str) -> Option<String> {
    let Ok(found) = fs::read_to_string(path) else { return Some("is missing".to_owned()) };
    if found == wanted {
        return None;
    }
    let (found, wanted): (Vec<&str>, Vec<&str>) = (found.lines().collect(), wanted.lines().collect());
    let first = found.iter().zip(&wanted).take_while(|(found, wanted)| found == wanted).count();
    let shown = |lines: &[&str]| lines.get(first).map_or("end of file".to_owned(), |line| format!("`{}`", line.trim()));
    let lost = found.iter().filter(|line| !wanted.contains(line)).count();
    let new = wanted.iter().filter(|line| !found.contains(line)).count();
    Some(format!(
        "differs from line {}: {} should be {} ({lost} lines to go, {new} to come)",
        first + 1,
        shown(&found),
        shown(&wanted)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_told_with_its_first_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        assert_eq!(difference(&path, "a\n"), Some("is missing".to_owned()));
        fs::write(&path, "a\nb\nc\n").expect("a file");
        assert_eq!(difference(&path, "a\nb\nc\n"), None);
        assert_eq!(
            difference(&path, "a\nx\ny\nc\n"),
            Some("differs from line 2: `b` should be `x` (1 lines to go, 2 to come)".to_owned())
        );
        assert_eq!(
            difference(&path, "a\n"),
            Some("differs from line 2: `b` should be end of file (2 lines to go, 0 to come)".to_owned())
        );
    }
}
