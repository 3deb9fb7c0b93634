//! An input as it was found before.

use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnv;
use url::Url;

use super::{Input, OpenInput, Origin};
use crate::source::error::SourceError;
use crate::source::format::Storage;
use crate::source::locate::{File, locate};
use crate::source::postgres::{self, Rows};
use crate::source::state::{FileState, InputState};
use crate::source::upstream;

impl Input {
    /// What `state` says was read, and nothing else: the same files with the same content, the same snapshot of another
    /// product's port.
    ///
    /// # Errors
    /// [`SourceError::Past`] when it is not there any more, or never could be read again; otherwise as [`Input::open`].
    pub async fn open_as(&self, runtime: &RuntimeEnv, state: &InputState) -> Result<OpenInput, SourceError> {
        match (&self.origin, state) {
            (Origin::Port(port, upstream), InputState::Port { snapshot, .. }) => {
                let declared = mesh_contract::arrow::schema(&self.contract, self.object()?);
                let (table, state) = upstream::open(&self.name, port, upstream, &declared, Some(*snapshot)).await?;
                Ok(OpenInput { table, state, is_new: false, changed: Vec::new() })
            }
            (Origin::Files(base), InputState::Files { files }) => self.files_as(base, runtime, files).await,
            _ => Err(self.past("it was read from a source that keeps no past")),
        }
    }

    /// What is still there of what `state` says was read, without what came since. A table without a watermark has no
    /// past and is read as it is.
    ///
    /// # Errors
    /// [`SourceError::Past`] when a file has other content by now; otherwise as [`Input::open`].
    pub async fn open_up_to(&self, runtime: &RuntimeEnv, state: &InputState) -> Result<OpenInput, SourceError> {
        match (&self.origin, state) {
            (Origin::Database(url), _) => postgres::open(&self.declared(url.as_deref())?, Rows::UpTo(state)).await,
            (Origin::Files(base), InputState::Files { files }) => {
                let storage = Storage::of(&self.name, &self.contract)?;
                let there = locate(&self.name, &storage, base, runtime).await?.files;
                let is_there = |known: &&FileState| there.iter().any(|file| file.name == known.name);
                let rest: Vec<FileState> = files.iter().filter(is_there).cloned().collect();
                self.files_as(base, runtime, &rest).await
            }
            _ => self.open_as(runtime, state).await,
        }
    }

    async fn files_as(&self, base: &Url, runtime: &RuntimeEnv, then: &[FileState]) -> Result<OpenInput, SourceError> {
        let storage = Storage::of(&self.name, &self.contract)?;
        let layout = Arc::new(self.layout(&storage)?);
        let located = locate(&self.name, &storage, base, runtime).await?;
        let files: Vec<File> = located.files.into_iter().filter(|file| then.contains(&file.state())).collect();
        let is_there = |known: &&FileState| files.iter().any(|file| file.name == known.name);
        if let Some(gone) = then.iter().find(|known| !is_there(known)) {
            return Err(self.past(&format!("{} is gone, or has other content than when it was read", gone.name)));
        }
        let table = self.table(&storage, &layout, &located.store, files)?;
        Ok(OpenInput { table, state: InputState::Files { files: then.to_vec() }, is_new: false, changed: Vec::new() })
    }

    fn past(&self, what: &str) -> SourceError {
        SourceError::Past { input: self.name.clone(), what: what.to_owned() }
    }
}
