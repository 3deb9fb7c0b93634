//! What a fresh Debian or Ubuntu machine lacks: installed when that is possible, else named exactly.

use std::process::Command;

use anyhow::Result;

use crate::{run, say};

use super::postgres;

/// A program that the tests need, and the package that brings it.
pub(super) struct Need {
    package: &'static str,
    is_met: fn() -> bool,
}

/// The C compiler with which parts of the dependencies are built.
pub(super) static COMPILER: Need = Need { package: "build-essential", is_met: || run::is_present("cc") };

/// The database server.
pub(super) static POSTGRES: Need = Need { package: "postgresql", is_met: || postgres::programs().is_some() };

/// Python with virtual environments.
pub(super) static PYTHON: Need = Need {
    package: "python3-venv",
    is_met: || Command::new("python3").args(["-c", "import ensurepip, venv"]).status().is_ok_and(|s| s.success()),
};

/// The README's commands are run in a clone.
pub(super) static GIT: Need = Need { package: "git", is_met: || run::is_present("git") };

/// Makes sure that everything is there; true when it is.
pub(super) fn ensure(needs: &[&Need]) -> Result<bool> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(true);
    }
    if !(run::is_present("apt-get") && is_root()?) {
        say::line("packages are missing; on Debian or Ubuntu install them with:");
        say::line(&format!("  sudo apt-get update && sudo apt-get install --yes {}", missing.join(" ")));
        return Ok(false);
    }
    run::output(Command::new("apt-get").args(["update", "--quiet"]))?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "--yes", "--quiet", "--no-install-recommends"]);
    run::output(install.args(&missing))?;
    say::line(&format!("installed {}", missing.join(" ")));
    Ok(self::missing(needs).is_empty())
}

fn missing(needs: &[&Need]) -> Vec<&'static str> {
    needs.iter().filter(|need| !(need.is_met)()).map(|need| need.package).collect()
}

/// Whether this program runs as the superuser.
pub(super) fn is_root() -> Result<bool> {
    Ok(run::output(Command::new("id").arg("-u"))?.trim() == "0")
}
