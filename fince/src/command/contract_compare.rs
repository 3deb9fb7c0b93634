//! What `diff`, `breaking` and `changelog` share: contracts and what they are compared with.

mod base;
mod pairs;
mod tell;

use std::path::PathBuf;

use clap::Args;
use mesh_contract::Contract;
use mesh_contract::diagnostic::Report;
use mesh_contract::diff::{Change, Readers, Revision, VersionCheck, VersionRules, diff};

use super::contract_lint::files;
use crate::asker::Asker;
use crate::failure::{Failure, codes};
use crate::setting::Setting;

pub(super) use tell::{Told, tell};

/// The contracts to compare, with what, and what else is known.
#[derive(Args, Debug)]
pub(super) struct Comparison {
    /// Contracts, or folders to search for them
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,

    /// What to compare with: a git revision, a file or folder, or `registry` for what governance has accepted
    #[arg(long, value_name = "REV|PATH|registry")]
    base: String,

    /// Who read which columns, instead of who the registry says did, as JSON: {"readings": [{"principal": "omar", "object": "loans", "columns": ["id"]}]}
    #[arg(long, value_name = "FILE")]
    readers: Option<PathBuf>,

    /// The bank's own version rules, as YAML: one line a class of change, `type-widened: patch`
    #[arg(long, value_name = "FILE")]
    version_rules: Option<PathBuf>,

    #[command(flatten)]
    asker: Asker,
}

/// A contract and what it is compared with.
pub(super) struct Compared {
    /// The file as people know it.
    pub(super) file: String,
    pub(super) outcome: Outcome,
}

/// What came of it.
pub(super) enum Outcome {
    /// There was no such contract.
    New,
    /// There is no such contract any more.
    Gone { was: Box<Revision> },
    /// One of the two cannot be read.
    Unreadable(Report),
    /// Both are there.
    Both(Box<Both>),
}

/// Two versions of a contract.
pub(super) struct Both {
    pub(super) old: Revision,
    pub(super) new: Revision,
    pub(super) changes: Vec<Change>,
    pub(super) version: VersionCheck,
}

impl Comparison {
    /// Compares every contract.
    ///
    /// # Errors
    /// When a file or the base cannot be read; a contract that has faults is no error here but an outcome.
    pub(super) async fn run(&self, setting: &Setting) -> Result<Vec<Compared>, Failure> {
        let readers = self.readers.as_deref().map(read_readers).transpose()?;
        let rules = self.version_rules.as_deref().map(read_rules).transpose()?.unwrap_or_default();
        let found =
            files::find(&self.paths)?.into_iter().filter(|file| !file.to_string_lossy().ends_with(files::MANIFEST));
        let new = found.map(|file| Ok((files::read(&file)?, file))).collect::<Result<Vec<_>, Failure>>()?;
        let base = base::Base::new(&self.base, &self.paths)?;
        let pairs = pairs::pairs(new, &base, setting, &self.asker).await?;
        Ok(pairs.into_iter().map(|pair| compare(pair, readers.as_ref(), &rules)).collect())
    }
}

fn compare(pair: pairs::Pair, readers: Option<&Readers>, rules: &VersionRules) -> Compared {
    let pairs::Pair { file, old, new } = pair;
    let outcome = match (old, new) {
        (None, None) => Outcome::New,
        (None, Some(text)) => match Contract::lint(&file, &text) {
            (Some(_), _) => Outcome::New,
            (None, report) => Outcome::Unreadable(report),
        },
        (Some(old), None) => match Revision::parse(&old.name, &old.text) {
            Ok(was) => Outcome::Gone { was: Box::new(was) },
            Err(report) => Outcome::Unreadable(report),
        },
        (Some(old), Some(text)) => {
            match (Revision::parse(&old.name, &old.text), Revision::parse(&file, &text), old.readers) {
                (_, Err(report), _) => Outcome::Unreadable(report),
                (Err(report), ..) => Outcome::Unreadable(report),
                (Ok(old), Ok(new), known) => {
                    let mut changes = diff(&old, &new);
                    if let Some(readers) = readers.or(known.as_ref()) {
                        readers.judge(&mut changes);
                    }
                    let version = rules.check(&old.contract().version, &new.contract().version, &changes);
                    Outcome::Both(Box::new(Both { old, new, changes, version }))
                }
            }
        }
    };
    Compared { file, outcome }
}

fn read_readers(path: &std::path::Path) -> Result<Readers, Failure> {
    Readers::parse(&files::read(path)?).map_err(|error| {
        Failure::environment(codes::READERS, format!("`{}` is", path.display()))
            .because(&error)
            .help(r#"write {"readings": [{"principal": "omar", "object": "loans", "columns": ["loan_id"]}]}"#)
    })
}

fn read_rules(path: &std::path::Path) -> Result<VersionRules, Failure> {
    VersionRules::parse(&files::read(path)?).map_err(|error| {
        Failure::environment(codes::VERSION_RULES, format!("`{}`", path.display()))
            .because(&error)
            .help("one line a class, such as `type-widened: patch`; docs/contract-changes.md lists the classes")
    })
}
