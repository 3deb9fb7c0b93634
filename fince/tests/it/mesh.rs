//! A running `fince up` of this test's own.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use url::Url;

use crate::run::{Ran, ran};

/// A mesh on a data directory of its own; ended when dropped.
pub(crate) struct Mesh {
    child: Child,
    pub(crate) base: u16,
}

/// The repository: its `contracts` and `domains` are what the tests run.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// The binary with the options that every command here takes.
pub(crate) fn fince(mesh: &Path, data: &Path, base: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fince"));
    command.arg("--mesh").arg(mesh).arg("--data").arg(data).arg("--port-base").arg(base.to_string());
    command
}

/// A base with free ports above it for everything that may run, and never the same one twice. Another process may take
/// one in between; the start then fails loudly.
pub(crate) fn free_base() -> u16 {
    static NEXT: Mutex<Option<u16>> = Mutex::new(None);
    let mut next = NEXT.lock().expect("a lock");
    let start = next.unwrap_or(20_000 + u16::try_from(std::process::id() % 1_200).expect("small") * 20);
    let free = |base: u16| (base..base + 14).all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
    let base = (start..45_000).step_by(20).find(|base| free(*base)).expect("free ports");
    *next = Some(base + 20);
    base
}

impl Mesh {
    /// Starts it and waits until it says that it is up.
    pub(crate) fn up(mesh: &Path, data: &Path) -> Self {
        Self::up_with(mesh, data, &[])
    }

    /// The same, with variables of the environment.
    pub(crate) fn up_with(mesh: &Path, data: &Path, variables: &[(&str, &str)]) -> Self {
        let base = free_base();
        let mut command = fince(mesh, data, base);
        command.envs(variables.iter().copied());
        let mut child = command.arg("up").stdout(Stdio::piped()).spawn().expect("fince starts");
        let stdout = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = stdout.lines().map(|line| line.expect("a line"));
        assert!(lines.any(|line| line.contains("The mesh is up")), "fince ended before it was up");
        // Whatever it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base }
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ctrl-C, and the exit code.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        let sent = Command::new("kill").arg("-INT").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(sent.success());
        self.child.wait().expect("ends").code()
    }

    /// The Flight address of the product in this place above the base.
    pub(crate) fn flight(&self, place: u16) -> Url {
        Url::parse(&format!("grpc://127.0.0.1:{}", self.base + place)).expect("an address")
    }
}

/// A mesh folder of the test's own beside its data directory.
pub(crate) struct Bank {
    pub(crate) folder: tempfile::TempDir,
}

impl Bank {
    /// The mesh folder is as `write` makes it.
    pub(crate) fn new(write: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("mesh"));
        Self { folder }
    }

    /// Starts it.
    pub(crate) fn up(&self) -> Mesh {
        Mesh::up(&self.folder.path().join("mesh"), &self.folder.path().join("data"))
    }

    /// Runs a command on it.
    pub(crate) fn run(&self, base: u16, arguments: &[&str]) -> Ran {
        let (mesh, data) = (self.folder.path().join("mesh"), self.folder.path().join("data"));
        ran(fince(&mesh, &data, base).args(arguments).output().expect("the binary runs"))
    }
}

impl Drop for Mesh {
    fn drop(&mut self) {
        // Killed rather than told: a test that failed has nothing to wait for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
