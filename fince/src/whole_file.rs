//! Files that appear whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

use crate::failure::{Failure, codes};

/// Puts `bytes` in the place of whatever is at `path`, keeping its permissions; on disk when this returns.
///
/// # Errors
/// When the folder does not exist or cannot be written; what was there before is still there then.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes).map_err(|error| {
        Failure::environment(codes::OUTPUT, format!("cannot write `{}`", path.display())).because(&error)
    })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link is followed: the file behind it is meant, not the link.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The caller's umask decides about a new file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Ok(before) = std::fs::metadata(path) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.yaml");
        write(&file, b"one").expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("permissions");
            write(&file, b"two").expect("written");
            assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
        }
        write(&file, b"two").expect("written");
        assert_eq!(std::fs::read(&file).expect("read"), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1);
        let text = write(&folder.path().join("no/such.yaml"), b"x").expect_err("no folder").render(false);
        assert!(text.is_some_and(|text| text.starts_with("error[FC-5012]")));
    }
}
