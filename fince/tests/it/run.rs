//! Runs the binary in an environment of its own.

use std::path::Path;
use std::process::{Command, Output};

/// How a run ended, and what it said.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command on the binary that inherits nothing of the environment.
pub(crate) fn fince(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fince"));
    command.env_clear().current_dir(folder);
    command
}

/// Runs it in `folder`.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    ran(fince(folder).args(arguments).output().expect("the binary runs"))
}

pub(crate) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("ended by itself"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}
