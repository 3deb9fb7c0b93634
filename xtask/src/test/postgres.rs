//! A PostgreSQL cluster of our own: in a temporary folder, on a free loopback port, gone when the tests end.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::prerequisites;
use crate::run;

/// Names the database to the tests.
pub(super) const URL: &str = "FINCE_TEST_POSTGRES_URL";

const USER: &str = "fince";
/// Everybody is let in, but members of this role (which tests create) only with their password.
const PASSWORD_ROLE: &str = "with_password";
const CERTIFICATE: &str = "server.crt";
const KEY: &str = "server.key";
const START_TRIES_MAX: u32 = 300;
const START_PAUSE: Duration = Duration::from_millis(100);

/// A running cluster; dropping it ends the server and removes its folder.
pub(super) struct Postgres {
    folder: Option<TempDir>,
    server: Child,
    port: u16,
}

impl Postgres {
    /// Starts a cluster and waits until it takes connections.
    pub(super) fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL's programs are not installed")?;
        let folder = tempfile::Builder::new().prefix("fince-test-postgres-").tempdir()?;
        // PostgreSQL refuses to run as the superuser.
        let as_postgres = prerequisites::is_root()?;
        if as_postgres {
            run::output(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let initdb = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"];
        run::output(unprivileged(as_postgres, &programs.join("initdb"), folder.path()).args(initdb).arg(&data))?;

        ask_members_for_passwords(&data)?;
        certificate(as_postgres, folder.path())?;

        let port = free_port()?;
        let log = fs::File::create(folder.path().join("server.log"))?;
        let settings = [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".into(),
            "fsync=off".into(),
            "max_connections=300".into(),
            "ssl=on".into(),
            format!("ssl_cert_file={}", folder.path().join(CERTIFICATE).display()),
            format!("ssl_key_file={}", folder.path().join(KEY).display()),
        ];
        let mut server = unprivileged(as_postgres, &programs.join("postgres"), folder.path());
        server.arg("-D").arg(&data).arg("-k").arg(folder.path());
        settings.iter().for_each(|setting| {
            server.args(["-c", setting]);
        });
        // A group of its own: Ctrl-C ends the tests first, then the database.
        server.process_group(0).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut postgres =
            Self { server: server.spawn().context("cannot start PostgreSQL")?, folder: Some(folder), port };
        postgres.wait(&programs)?;
        Ok(postgres)
    }

    /// Where the tests find it. The user may create databases and schemas.
    pub(super) fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self, programs: &Path) -> Result<()> {
        let port = self.port.to_string();
        for _ in 0..START_TRIES_MAX {
            if self.server.try_wait()?.is_some() {
                bail!("PostgreSQL ended: {}", self.log());
            }
            let mut probe = Command::new(programs.join("pg_isready"));
            if run::output(probe.args(["--quiet", "--host", "127.0.0.1", "--port", &port])).is_ok() {
                return Ok(());
            }
            sleep(START_PAUSE);
        }
        bail!("PostgreSQL takes no connections: {}", self.log());
    }

    fn log(&self) -> String {
        let path = self.folder.as_ref().map(|folder| folder.path().join("server.log"));
        path.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The signal for an immediate end, on which the server also ends its own children.
        drop(Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status());
        drop(self.server.wait());
        drop(self.folder.take());
    }
}

fn ask_members_for_passwords(data: &Path) -> Result<()> {
    let file = data.join("pg_hba.conf");
    let rules = fs::read_to_string(&file)?;
    fs::write(&file, format!("host all +{PASSWORD_ROLE} 127.0.0.1/32 scram-sha-256\n{rules}"))?;
    Ok(())
}

/// A certificate for the loopback address, signed by itself. Debian's package brings `openssl` for its own.
fn certificate(as_postgres: bool, folder: &Path) -> Result<()> {
    let config = folder.join("openssl.cnf");
    fs::write(&config, "[req]\ndistinguished_name = name\n[name]\n")?;
    let mut openssl = unprivileged(as_postgres, Path::new("/usr/bin/openssl"), folder);
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"]);
    openssl.args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]);
    openssl.args(["-out", CERTIFICATE, "-keyout", KEY, "-config"]).arg(&config);
    run::output(&mut openssl).map(drop)
}

/// The folder of PostgreSQL's newest programs. Debian keeps them out of the path, one folder for each version.
pub(super) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists() && programs.join("postgres").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, programs)| programs)
}

/// The program under the unprivileged user that Debian's package makes, and ended by the kernel should this one be killed.
fn unprivileged(as_postgres: bool, program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.current_dir(folder).args(["--pdeathsig", "QUIT"]);
    if as_postgres {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--init-groups"]);
    }
    command.arg("--").arg(program);
    command
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_while_it_is_held_and_leaves_nothing() {
        let postgres = Postgres::start().expect("a cluster");
        let folder = postgres.folder.as_ref().expect("a folder").path().to_owned();
        let psql = || {
            let mut psql = Command::new(programs().expect("programs").join("psql"));
            psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command", "SELECT 6 * 7"]).arg(postgres.url());
            psql
        };
        assert_eq!(run::output(&mut psql()).expect("an answer").trim(), "42");
        let mut after = psql();
        drop(postgres);
        assert!(run::output(&mut after).is_err());
        assert!(!folder.exists());
    }
}
