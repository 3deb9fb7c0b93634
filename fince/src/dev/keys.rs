//! Private keys, made once and kept in the data directory, readable by their owner only.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use mesh_policy::Sealer;

use crate::data_directory::DataDirectory;
use crate::failure::{Failure, codes};

/// One sealer for each kind of statement, so that none can pass for another.
#[derive(Clone)]
pub(crate) struct Keys {
    /// Bearer tokens of the development issuer.
    pub(crate) issuer: Sealer,
    /// Governance's registration receipts.
    pub(crate) governance: Sealer,
    /// Flight tickets.
    pub(crate) ticket: Sealer,
}

impl Keys {
    /// Reads the keys, and makes those that do not exist yet.
    ///
    /// # Errors
    /// When a key can neither be read nor made.
    pub(crate) fn open(data: &DataDirectory) -> Result<Self, Failure> {
        let folder = data.keys();
        fs::create_dir_all(&folder).map_err(|error| unusable(&folder, &error))?;
        let key = |file: &str, issuer: &str| sealer(&folder.join(file), issuer);
        Ok(Self {
            issuer: key("dev-issuer.pk8", "fince-dev")?,
            governance: key("governance.pk8", "fince-governance")?,
            ticket: key("ticket.pk8", "fince-ticket")?,
        })
    }
}

fn sealer(path: &Path, issuer: &str) -> Result<Sealer, Failure> {
    let document = match fs::read(path) {
        Ok(document) => document,
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path)?,
        Err(error) => return Err(unusable(path, &error)),
    };
    Sealer::new(issuer, &document).map_err(|error| {
        unusable(path, &error)
            .help("move the file away and a new key is made; what was sealed with the old one is void")
    })
}

/// Makes a key. Two processes may try at once: the first file stands, and both read that one.
fn make(path: &Path) -> Result<Vec<u8>, Failure> {
    let document = Sealer::generate_key().map_err(|error| unusable(path, &error))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let placed = (|| {
        // A temporary file is made with 0600, so the key is never readable by others, not even for a moment.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&document)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Ok(_) => {}
            Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(failed) => return Err(failed.error),
        }
        fs::File::open(folder)?.sync_all()?;
        fs::read(path)
    })();
    placed.map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::environment(codes::KEY, format!("cannot use the key `{}`", path.display())).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_are_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataDirectory::open_or_create(folder.path()).expect("a data directory");
        let first = Keys::open(&data).expect("made");
        let second = Keys::open(&data).expect("read");
        assert_eq!(first.issuer.unsealer().public_key(), second.issuer.unsealer().public_key());
        assert_ne!(first.issuer.unsealer().public_key(), first.ticket.unsealer().public_key());
        assert_ne!(first.issuer.unsealer().public_key(), first.governance.unsealer().public_key());
        #[cfg(unix)]
        for entry in fs::read_dir(data.keys()).expect("the keys") {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = entry.and_then(|entry| entry.metadata()).expect("a key").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataDirectory::open_or_create(folder.path()).expect("a data directory");
        fs::create_dir_all(data.keys()).expect("a folder");
        fs::write(data.keys().join("ticket.pk8"), "garbage").expect("a key");
        let Err(failure) = Keys::open(&data) else { panic!("a damaged key was taken") };
        let text = failure.render(false).expect("text");
        assert!(text.starts_with("error[FC-5009]") && text.contains("ticket.pk8"), "{text}");
    }
}
