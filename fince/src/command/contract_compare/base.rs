//! What contracts are compared with: a revision of git, files, or the registry.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mesh_api::{Client, PageRequest, PortReader, ReadersQuery, VersionSummary};
use mesh_contract::diff::Readers;
use mesh_contract::{Contract, PortName};

use crate::asker::Asker;
use crate::command::contract_lint::files;
use crate::failure::{Failure, codes};
use crate::governance_client;
use crate::service_errors;
use crate::setting::Setting;

/// A contract as it was.
pub(super) struct Document {
    /// What messages call it.
    pub(super) name: String,
    pub(super) text: String,
    /// Who reads it, where the base knows and the asker may.
    pub(super) readers: Option<Readers>,
}

/// Where contracts come from as they were.
pub(super) enum Base {
    /// A revision, and the folders that are compared.
    Git { revision: String, roots: Vec<PathBuf> },
    /// One file, for one file.
    File(PathBuf),
    /// A folder of the same layout, for one folder.
    Folder { base: PathBuf, root: PathBuf },
    /// What governance has accepted.
    Registry,
}

impl Base {
    /// What `text` means: `registry`, a path that exists, or else a revision.
    ///
    /// # Errors
    /// When it is nothing of these, or does not fit what is compared.
    pub(super) fn new(text: &str, paths: &[PathBuf]) -> Result<Self, Failure> {
        let path = PathBuf::from(text);
        match paths {
            _ if text == "registry" => Ok(Self::Registry),
            [one] if path.is_file() && !one.is_dir() => Ok(Self::File(path)),
            [one] if path.is_dir() && one.is_dir() => Ok(Self::Folder { base: path, root: one.clone() }),
            _ if path.exists() => Err(Failure::usage(
                codes::BASE,
                format!(
                    "`{text}` cannot be compared with what is named: one file goes with one file, a folder with a folder"
                ),
            )),
            _ => {
                let roots: Vec<PathBuf> = paths.iter().filter(|path| path.is_dir()).cloned().collect();
                let at = paths.first().map_or(Path::new("."), |path| folder_of(path));
                let asked = format!("{text}^{{commit}}");
                let known = git(at, &["rev-parse", "--verify", "--quiet", "--end-of-options", &asked])?;
                let revision = String::from_utf8_lossy(&known.stdout).trim().to_owned();
                if !known.status.success() || revision.is_empty() {
                    return Err(Failure::environment(
                        codes::BASE,
                        format!("`{text}` is neither a file, nor a folder, nor a revision of git in `{}`", at.display()),
                    )
                    .help("for example `--base main`, `--base HEAD~1`, `--base old/loans.v1.odcs.yaml`, `--base registry`"));
                }
                Ok(Self::Git { revision, roots })
            }
        }
    }

    /// The contract behind `file`, whose text is `text` now, as it was; `None` when it was not there.
    ///
    /// # Errors
    /// When the base cannot be read.
    pub(super) async fn of(
        &self,
        file: &Path,
        text: &str,
        setting: &Setting,
        asker: &Asker,
    ) -> Result<Option<Document>, Failure> {
        match self {
            Self::File(base) => Ok(Some(document(base)?)),
            Self::Folder { base, root } => {
                let path = base.join(file.strip_prefix(root).unwrap_or(file));
                if path.is_file() { document(&path).map(Some) } else { Ok(None) }
            }
            Self::Git { revision, .. } => of_revision(revision, file),
            Self::Registry => of_registry(text, setting, asker).await,
        }
    }

    /// Every contract that was there, so that those that are gone are seen. The registry knows those of everyone, and
    /// one file is not a list: both have none.
    ///
    /// # Errors
    /// When the base cannot be read.
    pub(super) fn all(&self) -> Result<Vec<(PathBuf, Document)>, Failure> {
        match self {
            Self::File(_) | Self::Registry => Ok(Vec::new()),
            Self::Folder { base, root } => {
                let found = files::find(std::slice::from_ref(base)).unwrap_or_default();
                let contracts = found.into_iter().filter(|path| is_contract(path));
                contracts
                    .map(|path| Ok((root.join(path.strip_prefix(base).unwrap_or(&path)), document(&path)?)))
                    .collect()
            }
            Self::Git { revision, roots } => {
                let mut all = Vec::new();
                for root in roots {
                    let listed = git(root, &["ls-tree", "-r", "-z", "--name-only", revision, "--", "."])?;
                    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
                    for path in names.split('\0').map(|name| root.join(name)).filter(|path| is_contract(path)) {
                        if let Some(document) = of_revision(revision, &path)? {
                            all.push((path, document));
                        }
                    }
                }
                Ok(all)
            }
        }
    }
}

fn is_contract(path: &Path) -> bool {
    path.to_string_lossy().ends_with(files::CONTRACT)
}

fn document(path: &Path) -> Result<Document, Failure> {
    Ok(Document { name: path.display().to_string(), text: files::read(path)?, readers: None })
}

fn of_revision(revision: &str, file: &Path) -> Result<Option<Document>, Failure> {
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else { return Ok(None) };
    // The folder itself may be gone: git is asked from the nearest one that is left.
    let mut folder = folder_of(file);
    while !folder.is_dir() {
        folder = folder
            .parent()
            .map_or(Path::new("."), |parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    }
    let inside = folder_of(file).strip_prefix(folder).map(|rest| rest.join(name)).unwrap_or_else(|_| name.into());
    let shown = git(folder, &["show", "--end-of-options", &format!("{revision}:./{}", inside.display())])?;
    if !shown.status.success() {
        return Ok(None);
    }
    let short = revision.get(..9).unwrap_or(revision);
    let name = format!("{short}:{}", file.display());
    let text = String::from_utf8(shown.stdout)
        .map_err(|_| Failure::environment(codes::INPUT, format!("`{name}` is not UTF-8")).help("save it as UTF-8"))?;
    Ok(Some(Document { name, text, readers: None }))
}

fn folder_of(path: &Path) -> &Path {
    let folder = if path.is_dir() { Some(path) } else { path.parent() };
    folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    Command::new("git").arg("-C").arg(folder).args(arguments).output().map_err(|error| {
        Failure::environment(codes::BASE, "git cannot be run")
            .because(&error)
            .help("install git, or compare with a file")
    })
}

/// The newest version that governance has accepted within the major of the contract, or the newest of all.
async fn of_registry(text: &str, setting: &Setting, asker: &Asker) -> Result<Option<Document>, Failure> {
    // A contract with faults is told as one; there is nothing to look up for it.
    let Some(contract) = Contract::lint("", text).0 else { return Ok(None) };
    let Some(port) = contract.objects.first().and_then(|object| PortName::new(&contract.domain, &object.name).ok())
    else {
        return Ok(None);
    };
    let client = governance_client::open(setting, asker)?;
    let versions =
        match client.versions(&port, &PageRequest { cursor: None, limit: Some(PageRequest::LIMIT_MAX) }).await {
            Ok(page) => page.items,
            Err(error) if error.problem().is_some_and(|problem| problem.status == 404) => return Ok(None),
            Err(error) => return Err(service_errors::governance(error)),
        };
    // They come newest first.
    let same_major = versions.iter().find(|version| version.major == contract.version.major);
    let Some(VersionSummary { version, .. }) = same_major.or(versions.first()) else { return Ok(None) };
    let detail = client.version(&port, version).await.map_err(service_errors::governance)?;
    let readers = readers(&client, &port, version.major).await?;
    Ok(Some(Document { name: format!("registry:{port}@{version}"), text: detail.document, readers }))
}

/// Who read this major version of a port lately; `None` when that is not the asker's to know.
async fn readers(client: &Client, port: &PortName, major: u64) -> Result<Option<Readers>, Failure> {
    let mut query = ReadersQuery { major: Some(major), limit: Some(PageRequest::LIMIT_MAX), ..ReadersQuery::default() };
    let mut found = Vec::new();
    loop {
        match client.readers(port, &query).await {
            Ok(page) => {
                found.extend(page.items);
                query.cursor = page.next;
            }
            Err(error) if error.problem().is_some_and(|problem| matches!(problem.status, 403 | 404)) => {
                return Ok(None);
            }
            Err(error) => return Err(service_errors::governance(error)),
        }
        if query.cursor.is_none() {
            return Ok(Some(PortReader::readers(&found)));
        }
    }
}
