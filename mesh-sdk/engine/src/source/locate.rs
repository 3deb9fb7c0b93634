//! From a location in a contract to the files it means, none of them outside the product's folder.

use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use url::Url;

use super::error::SourceError;
use super::format::Storage;
use super::pieces::unreadable;
use super::state::FileState;

/// Files in one store, in the order of their paths.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) files: Vec<File>,
}

/// One file.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: Path,
    /// As messages name it: relative to the product's folder.
    pub(super) name: String,
    /// Size, time and content as storage knows them.
    pub(super) meta: ObjectMeta,
}

impl File {
    pub(super) fn state(&self) -> FileState {
        FileState {
            name: self.name.clone(),
            bytes: self.meta.size,
            modified: self.meta.last_modified,
            e_tag: self.meta.e_tag.clone(),
        }
    }
}

/// Finds the files of an input. `base` is the URL of the product's folder, ending in `/`.
pub(super) async fn locate(
    input: &str,
    storage: &Storage,
    base: &Url,
    runtime: &RuntimeEnv,
) -> Result<Located, SourceError> {
    let escape = || SourceError::Escape { input: input.to_owned(), location: storage.location.clone() };
    let root = if storage.kind.eq_ignore_ascii_case("local") { base.clone() } else { remote(input, storage)? };
    let relative = if storage.kind.eq_ignore_ascii_case("local") { storage.location.as_str() } else { root.path() };
    let relative = relative.trim_start_matches("./");
    let is_local = storage.kind.eq_ignore_ascii_case("local");
    if is_local && (relative.starts_with('/') || relative.contains('\\') || relative.contains(':'))
        || relative.split('/').any(|segment| segment == "..")
    {
        return Err(escape());
    }
    let missing_store = |scheme: &str| SourceError::Storage { input: input.to_owned(), scheme: scheme.to_owned() };
    let store_url =
        ObjectStoreUrl::parse(&root[..url::Position::BeforePath]).map_err(|_| missing_store(root.scheme()))?;
    let store = runtime.object_store(&store_url).map_err(|_| missing_store(root.scheme()))?;
    let prefix = if is_local { Path::from_url_path(root.path()).map_err(|_| escape())? } else { Path::default() };
    let files = find(input, storage, &*store, &prefix, relative.trim_start_matches('/')).await?;
    if is_local && root.scheme() == "file" {
        stay_inside(base, &files).map_err(|()| escape())?;
    }
    Ok(Located { store, files })
}

fn remote(input: &str, storage: &Storage) -> Result<Url, SourceError> {
    Url::parse(&storage.location)
        .map_err(|_| SourceError::Storage { input: input.to_owned(), scheme: storage.kind.clone() })
}

async fn find(
    input: &str,
    storage: &Storage,
    store: &dyn ObjectStore,
    prefix: &Path,
    relative: &str,
) -> Result<Vec<File>, SourceError> {
    let not_found = || SourceError::NotFound { input: input.to_owned(), location: storage.location.clone() };
    let wild = relative.split('/').position(|segment| segment.contains(['*', '?', '[']));
    let Some(wild) = wild else {
        let path = join(prefix, relative, usize::MAX);
        return match store.head(&path).await {
            Ok(meta) => Ok(vec![File { path, name: relative.to_owned(), meta }]),
            Err(object_store::Error::NotFound { .. }) => Err(not_found()),
            Err(cause) => Err(unreadable(relative, &cause)),
        };
    };
    let pattern = glob::Pattern::new(relative).map_err(|_| not_found())?;
    let strict = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    let below = join(prefix, relative, wild);
    let listed: Vec<_> = store.list(Some(&below)).try_collect().await.map_err(|cause| unreadable(relative, &cause))?;
    let mut files: Vec<File> = listed
        .into_iter()
        .filter_map(|object| {
            let name = object.location.prefix_match(prefix)?.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>();
            Some(File { path: object.location.clone(), name: name.join("/"), meta: object })
        })
        .filter(|file| pattern.matches_with(&file.name, strict))
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    if files.is_empty() { Err(not_found()) } else { Ok(files) }
}

/// The first `count` segments of `relative` below `prefix`.
fn join(prefix: &Path, relative: &str, count: usize) -> Path {
    let segments = relative.split('/').take(count).filter(|segment| !segment.is_empty() && *segment != ".");
    segments.fold(prefix.clone(), |path, segment| path.join(segment))
}

/// A symbolic link may lead out of the folder although the path does not.
fn stay_inside(base: &Url, files: &[File]) -> Result<(), ()> {
    let folder = base.to_file_path().and_then(|folder| folder.canonicalize().map_err(|_| ()))?;
    for file in files {
        let url = Url::parse(&format!("file:///{}", file.path)).map_err(|_| ())?;
        let real = url.to_file_path().and_then(|path| path.canonicalize().map_err(|_| ()))?;
        if !real.starts_with(&folder) {
            return Err(());
        }
    }
    Ok(())
}
