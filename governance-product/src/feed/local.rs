//! What was brought of a list that grows and is still here, so that making one file of many brings nothing again.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::part::Part;
use super::{SUFFIX, numbers};
use crate::error::PublishError;
use crate::source::Source;

/// Files that hold all of a list from its beginning on, in order.
pub(super) struct Local {
    /// Each with the first number in it.
    files: Vec<(u64, PathBuf)>,
    /// The number with which the list begins by now.
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Local {
    /// The files of the newest snapshot, or the one that they became before a run of it failed; `None` when something is
    /// missing, and all has to be brought again.
    pub(super) fn of(folder: &Path, known: &[String], begins: Option<u64>) -> Option<Self> {
        let last = known.iter().filter_map(|name| numbers(name)).map(|(_, last)| last).max()?;
        let names = if known.iter().all(|name| folder.join(name).is_file()) {
            known.to_vec()
        } else {
            vec![only_file(folder).filter(|name| numbers(name).is_some_and(|(_, end)| end >= last))?]
        };
        let mut files = Vec::with_capacity(names.len());
        let (first, mut end) = (begins?, 0);
        for name in &names {
            let (from, to) = numbers(name)?;
            files.push((from, folder.join(name)));
            end = to.max(end);
        }
        files.sort();
        let begins_there = files.first().is_some_and(|(from, _)| *from <= first) && first <= end;
        begins_there.then_some(Self { files, first, last: end })
    }

    /// Adds the rows that the list still has to a file.
    pub(super) fn copy(&self, source: Source, mut part: Part) -> Result<Part, PublishError> {
        let number = |line: &str| serde_json::from_str::<Value>(line).ok().and_then(|row| source.position(&row));
        for (from, path) in &self.files {
            part.copy(path, |line| *from >= self.first || number(line).is_none_or(|number| number >= self.first))?;
        }
        Ok(part)
    }
}

/// The name of a folder's file when it has but one.
fn only_file(folder: &Path) -> Option<String> {
    let names = fs::read_dir(folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let names: Vec<String> = names.filter(|name| name.ends_with(SUFFIX)).collect();
    <[String; 1]>::try_from(names).ok().map(|[name]| name)
}
