//! Clients that nobody here wrote, in Python, against the built program.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::counts::{self, Counts};
use super::postgres;
use crate::house::House;
use crate::run::{self, Runner};

/// A virtual environment in the target directory, with exactly the packages that the requirements name.
pub(super) struct Environment {
    folder: PathBuf,
    requirements: PathBuf,
}

impl Environment {
    /// Where the environment is, present or not.
    pub(super) fn of(house: &House) -> Self {
        let requirements = house.root().join("tests/python/requirements.txt");
        Self { folder: house.target().join("python"), requirements }
    }

    /// Builds the environment unless it already has these requirements under this Python; true when it is there.
    pub(super) fn ensure(&self, runner: &Runner) -> Result<bool> {
        let requirements = fs::read_to_string(&self.requirements).context("cannot read the Python requirements")?;
        let version = run::output(Command::new("python3").arg("--version"))?;
        let wanted = format!("{version}{requirements}");
        let stamp = self.folder.join("requirements.installed");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(true);
        }
        if !runner.run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&self.folder))? {
            return Ok(false);
        }
        let options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
        let mut install = self.python();
        install.args(options).arg("--requirement").arg(&self.requirements);
        let installed = runner.run(&mut install)?;
        if installed {
            fs::write(&stamp, wanted).context("cannot note which packages are installed")?;
        }
        Ok(installed)
    }

    /// Runs the tests with the program that the development profile built, and with a database that runs its SQL.
    pub(super) fn test(&self, house: &House, runner: &Runner, postgres_url: &str, nightly: bool) -> Result<Counts> {
        let report = house.target().join("python-tests.xml");
        let mut pytest = self.python();
        pytest
            .current_dir(house.root().join("tests/python"))
            .env("FINCE", house.built("fince"))
            .env(postgres::URL, postgres_url)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "--junitxml"])
            .arg(&report);
        if nightly {
            pytest.arg("--nightly");
        }
        counts::junit(&report, || runner.run(&mut pytest))
    }

    fn python(&self) -> Command {
        Command::new(self.folder.join("bin/python"))
    }
}
