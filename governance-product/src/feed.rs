//! Governance's answers as files that the product's inputs read.
//!
//! The newest snapshot of a port says of which files it was made, so how far a list was read needs no record of its own, and
//! whatever a killed process left behind is known by not being named there.

mod local;
mod part;

use std::path::{Path, PathBuf};
use std::{fs, io};

use mesh_api::Client;
use mesh_sdk::{InputState, Output, SnapshotInfo};
use sha2::{Digest as _, Sha256};

use crate::error::{self, PublishError};
use crate::source::Source;
use local::Local;
use part::Part;

/// How a file's name ends.
const SUFFIX: &str = ".jsonl";

/// Files that a port which grows is made of, until they become one and it is made anew: each snapshot names them all.
const FILES_MAX: usize = 256;

/// Whoever brings governance's answers to the product's inputs.
#[derive(Debug)]
pub struct Feed {
    governance: Client,
    folder: PathBuf,
}

/// What became of bringing a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brought {
    /// It has no news.
    Nothing,
    /// There is something to go on with.
    More,
    /// All of it is there, and the port is to be made anew.
    Anew,
}

impl Feed {
    /// A feed from `governance`, whose token must be one of those who govern, into the folder of the product.
    #[must_use]
    pub fn new(governance: Client, product: &Path) -> Self {
        Self { governance, folder: product.join("feed") }
    }

    /// Brings what the port's newest snapshot does not hold; with `anew`, everything.
    pub(crate) async fn bring(
        &self,
        source: Source,
        output: &Output,
        newest: Option<&SnapshotInfo>,
        anew: bool,
    ) -> Result<Brought, PublishError> {
        let folder = self.folder.join(source.port());
        fs::create_dir_all(&folder).map_err(error::file(&folder))?;
        let known = newest.map(|newest| files(newest, source)).unwrap_or_default();
        if source.grows() {
            self.grown(source, &folder, newest.map(|_| known.as_slice()), anew).await
        } else {
            self.whole(source, &folder, output, &known).await
        }
    }

    /// A list that is read as a whole: its file is named by a digest over what is news of it, and over what its rows are made
    /// into, so that another model or contract is news as well.
    async fn whole(
        &self,
        source: Source,
        folder: &Path,
        output: &Output,
        known: &[String],
    ) -> Result<Brought, PublishError> {
        let mut digest = Sha256::new();
        digest.update(&output.model);
        digest.update(output.contract.hash.as_str());
        let mut part = Part::begin(folder)?;
        let mut cursor = None;
        loop {
            let page = source.page(&self.governance, None, cursor).await?;
            for row in &page.items {
                part.write(row)?;
                digest.update(source.news(row).unwrap_or_default().to_string());
                digest.update("\n");
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let name = format!("{}{SUFFIX}", hex(&digest.finalize()));
        if known.contains(&name) && folder.join(&name).is_file() {
            return Ok(Brought::Nothing);
        }
        part.place(&name)?;
        keep_only(folder, &[name])?;
        Ok(Brought::More)
    }

    /// A list that grows: its files are named by the first and the last number in them. `known` are those of the newest
    /// snapshot, `None` when there is none. When there are too many they become one, without those rows with which the list
    /// no longer begins.
    async fn grown(
        &self,
        source: Source,
        folder: &Path,
        known: Option<&[String]>,
        anew: bool,
    ) -> Result<Brought, PublishError> {
        let is_full = known.is_some_and(|known| known.len() >= FILES_MAX);
        let local = match known.filter(|_| is_full && !anew) {
            Some(known) => Local::of(folder, known, self.first_number(source).await?),
            None => None,
        };
        let anew = anew || is_full;
        let kept = if anew { &[] } else { known.unwrap_or_default() };
        let mut part = Part::begin(folder)?;
        let mut span = None;
        if let Some(local) = local {
            span = Some((local.first, local.last));
            // It may be all of the trail: not on a thread that answers others.
            let copying = tokio::task::spawn_blocking(move || local.copy(source, part));
            part = copying.await.map_err(io::Error::from).map_err(error::file(folder))??;
        }
        let after = span.map(|(_, last)| last).or_else(|| kept.iter().filter_map(|name| last_number(name)).max());
        let (mut is_news, mut cursor) = (anew || known.is_none(), None);
        loop {
            let page = source.page(&self.governance, after, cursor).await?;
            for row in &page.items {
                part.write(row)?;
                let number = source.position(row).unwrap_or_default();
                span = Some((span.map_or(number, |(first, _)| first), number));
                is_news |= source.news(row).is_some();
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        if !is_news {
            return Ok(Brought::Nothing);
        }
        let (first, last) = span.unwrap_or_default();
        let name = format!("{first:020}-{last:020}{SUFFIX}");
        part.place(&name)?;
        keep_only(folder, &[kept, &[name]].concat())?;
        Ok(if anew { Brought::Anew } else { Brought::More })
    }

    /// The number with which a list that grows begins by now; `None` when it is empty.
    async fn first_number(&self, source: Source) -> Result<Option<u64>, PublishError> {
        let page = source.page(&self.governance, None, None).await?;
        Ok(page.items.first().and_then(|row| source.position(row)))
    }
}

/// The files of which a snapshot says that it was made, without their folder.
fn files(snapshot: &SnapshotInfo, source: Source) -> Vec<String> {
    let input = format!("input.{}", source.port());
    let read = snapshot.inputs.iter().find(|read| read.name == input);
    let Some(InputState::Files { files }) = read.map(|read| &read.state) else { return Vec::new() };
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    files.iter().map(|file| name(&file.name)).collect()
}

/// `(11, 20)` of `00000000000000000011-00000000000000000020.jsonl`.
fn numbers(name: &str) -> Option<(u64, u64)> {
    let (first, last) = name.strip_suffix(SUFFIX)?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn last_number(name: &str) -> Option<u64> {
    numbers(name).map(|(_, last)| last)
}

/// Removes files that no snapshot was made of and none will be.
fn keep_only(folder: &Path, kept: &[String]) -> Result<(), PublishError> {
    let failed = || error::file(folder);
    for entry in fs::read_dir(folder).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        if !kept.iter().any(|name| entry.file_name() == name.as_str()) {
            fs::remove_file(entry.path()).map_err(failed())?;
        }
    }
    Ok(())
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
