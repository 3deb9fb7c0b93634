//! Where rows go: stdout, or a file that appears whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::NamedTempFile;

use super::format::Format;
use crate::failure::{Exit, Failure, codes};
use crate::output::Output;

const BUFFER_BYTES: usize = 256 << 10;

/// Bytes go in here.
pub(super) type Sink = Box<dyn Write + Send>;

/// Where rows will go.
pub(super) struct Destination {
    file: Option<PathBuf>,
}

/// What is left to do when all rows are written.
pub(super) struct Pending {
    file: Option<(NamedTempFile, PathBuf)>,
    reader_left: Arc<AtomicBool>,
}

impl Destination {
    /// A file, or stdout.
    ///
    /// # Errors
    /// When a binary format would go to a terminal.
    pub(super) fn new(file: Option<&Path>, format: Format, output: &Output) -> Result<Self, Failure> {
        if file.is_none() && format.is_binary() && output.stdout_is_terminal() {
            return Err(Failure::usage(
                codes::BINARY_TO_TERMINAL,
                format!("`{format}` is binary and stdout is a terminal"),
            )
            .help("write to a file with `-o FILE`, or into a pipe"));
        }
        Ok(Self { file: file.map(Path::to_owned) })
    }

    /// Opens it.
    ///
    /// # Errors
    /// When the file's folder does not exist or cannot be written.
    pub(super) fn open(self) -> Result<(Sink, Pending), Failure> {
        let reader_left = Arc::new(AtomicBool::new(false));
        let Some(path) = self.file else {
            let stdout = Watched { inner: io::stdout(), reader_left: Arc::clone(&reader_left) };
            let sink = Box::new(BufWriter::with_capacity(BUFFER_BYTES, stdout));
            return Ok((sink, Pending { file: None, reader_left }));
        };
        let (file, writer) = temporary(&path).map_err(|error| unwritable(&path, &error))?;
        let sink = Box::new(BufWriter::with_capacity(BUFFER_BYTES, writer));
        Ok((sink, Pending { file: Some((file, path)), reader_left }))
    }
}

/// A temporary file beside its final place, so that the rename stays on one file system.
fn temporary(path: &Path) -> io::Result<(NamedTempFile, std::fs::File)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A result is an ordinary file: the caller's umask decides who may read it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    let writer = file.as_file().try_clone()?;
    Ok((file, writer))
}

impl Pending {
    /// Puts the file into its place when everything was `written`; otherwise leaves what was there before.
    ///
    /// # Errors
    /// Why it was not written, or why the file cannot be put into its place.
    pub(super) fn end(self, written: Result<u64, Failure>, output: &Output) -> Result<(), Failure> {
        if self.reader_left.load(Ordering::Relaxed) {
            return Err(Failure::silent(Exit::Ok));
        }
        let rows = written?;
        let Some((file, path)) = self.file else { return Ok(()) };
        let placed = file.as_file().sync_all().and_then(|()| file.persist(&path).map_err(|error| error.error));
        let placed = placed.map_err(|error| unwritable(&path, &error))?;
        let bytes = placed.metadata().map_or(0, |metadata| metadata.len());
        output.note(&format!("{rows} rows, {} in `{}`", indicatif::HumanBytes(bytes), path.display()));
        Ok(())
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::environment(codes::OUTPUT, format!("cannot write `{}`", path.display())).because(error)
}

/// Remembers that the reader of a pipe has left: writers above wrap that error beyond recognition.
struct Watched<W> {
    inner: W,
    reader_left: Arc<AtomicBool>,
}

impl<W: Write> Watched<W> {
    fn watch<T>(&self, done: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &done
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.reader_left.store(true, Ordering::Relaxed);
        }
        done
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.inner.write(bytes);
        self.watch(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.inner.flush();
        self.watch(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ColorChoice;

    fn output() -> Output {
        Output::new(ColorChoice::Never, true)
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, "old").expect("written");
        let open = || Destination { file: Some(path.clone()) }.open().expect("opens");

        let (mut sink, pending) = open();
        sink.write_all(b"half").expect("written");
        drop(sink);
        assert!(pending.end(Err(Failure::failed(codes::QUERY, "refused")), &output()).is_err());
        assert_eq!(std::fs::read(&path).expect("read"), b"old");

        let (mut sink, pending) = open();
        sink.write_all(b"whole").expect("written");
        drop(sink);
        pending.end(Ok(1), &output()).expect("placed");
        assert_eq!(std::fs::read(&path).expect("read"), b"whole");
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1, "a temporary file is left");
    }

    #[test]
    fn a_folder_that_does_not_exist_is_named() {
        let Err(failure) = (Destination { file: Some("/no/such/rows.csv".into()) }).open() else { panic!("opened") };
        assert!(failure.render(false).expect("text").starts_with("error[FC-5012]: cannot write `/no/such/rows.csv`"));
    }
}
