//! Which contract was which.

use std::path::PathBuf;

use mesh_contract::Contract;

use super::base::{Base, Document};
use crate::asker::Asker;
use crate::failure::Failure;
use crate::setting::Setting;

/// A contract as it was and as it is.
pub(super) struct Pair {
    /// The file as people know it.
    pub(super) file: String,
    pub(super) old: Option<Document>,
    pub(super) new: Option<String>,
}

/// Pairs by path, and what is left over by identity: a file that was moved is still its contract.
pub(super) async fn pairs(
    new: Vec<(String, PathBuf)>,
    base: &Base,
    setting: &Setting,
    asker: &Asker,
) -> Result<Vec<Pair>, Failure> {
    let mut gone = base.all()?;
    gone.retain(|(path, _)| !new.iter().any(|(_, other)| other == path));
    let mut pairs = Vec::with_capacity(new.len());
    for (text, path) in new {
        let mut old = base.of(&path, &text, setting, asker).await?;
        if old.is_none()
            && let Some(id) = identity(&text)
            && let Some(at) = gone.iter().position(|(_, document)| identity(&document.text).as_ref() == Some(&id))
        {
            old = Some(gone.remove(at).1);
        }
        pairs.push(Pair { file: path.display().to_string(), old, new: Some(text) });
    }
    let left = gone.into_iter().map(|(path, old)| Pair { file: path.display().to_string(), old: Some(old), new: None });
    pairs.extend(left);
    Ok(pairs)
}

/// Two majors of one contract live side by side, in files of their own.
fn identity(text: &str) -> Option<(String, u64)> {
    let contract = Contract::lint("", text).0?;
    Some((contract.id, contract.version.major))
}
