//! `kill -9` in the middle: what was acknowledged is there.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use governance::{Service, Settings};
use mesh_api::Client;
use mesh_policy::{AUDIENCE, Clock, Identity, Principal, Sealer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::lifecycle_races::{CLIENTS, Common, Runner, check};
use crate::server::{Ground, now};

/// Tells this program that it is the one to be killed, and where its folder is.
const CHILD: &str = "FINCE_TEST_GOVERNANCE_CHILD";
/// Acknowledged transitions, of all that are made, at which the process is killed.
const KILLS: [u64; 3] = [10, 35, 80];

#[tokio::test]
async fn a_kill_loses_no_acknowledged_transition() {
    #[expect(clippy::disallowed_methods, reason = "a test starts itself again, to be killed")]
    if let Ok(folder) = std::env::var(CHILD) {
        return serve(Path::new(&folder)).await;
    }
    for ground in [Some(Ground::sqlite()), Ground::postgres().await].into_iter().flatten() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let key = Sealer::generate_key().expect("a key");
        std::fs::write(folder.path().join("key"), &key).expect("written");
        std::fs::write(folder.path().join("url"), &ground.database_url).expect("written");
        let issuer = Sealer::new("bank", &key).expect("a sealer");
        let mut told = Vec::new();
        let common = Common::new();
        for kill in KILLS {
            let (mut child, base) = start(folder.path()).await;
            let client = |name: &str, roles: &[&str]| client(&base, &issuer, name, roles);
            let runners = (0..CLIENTS).map(|number| Runner::new(number, &client, &common));
            let running: Vec<_> = runners.map(|runner| tokio::spawn(runner.run(usize::MAX))).collect();
            common.acknowledged.subscribe().wait_for(|count| *count >= kill).await.expect("the sender is here");
            child.kill().expect("killed");
            child.wait().expect("it is gone");
            for runner in running {
                told.push(runner.await.expect("the runner ends when nobody answers"));
            }
        }
        check(&ground.start().await, &told).await;
    }
}

/// Starts this very test as a process of its own, which serves the database that `folder` names.
async fn start(folder: &Path) -> (Child, String) {
    let program = std::env::current_exe().expect("this program");
    let address = folder.join("address");
    drop(std::fs::remove_file(&address));
    let child = Command::new(program)
        .args(["--exact", "kill::a_kill_loses_no_acknowledged_transition", "--nocapture"])
        .env(CHILD, folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("a process");
    loop {
        match std::fs::read_to_string(&address) {
            Ok(text) if text.ends_with('\n') => return (child, format!("http://{}", text.trim_end())),
            _ => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(folder: &Path) {
    let issuer = Sealer::new("bank", &std::fs::read(folder.join("key")).expect("a key")).expect("a sealer");
    let settings = Settings {
        database_url: std::fs::read_to_string(folder.join("url")).expect("a url"),
        sealer: issuer.clone(),
        unsealer: issuer.unsealer(),
        clock: Clock::fixed(now()),
        webhook_hosts: Vec::new(),
    };
    let service = Service::open(settings).await.expect("the service opens");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    std::fs::write(folder.join("address"), format!("{address}\n")).expect("written");
    governance::serve(listener, service, CancellationToken::new()).await;
}

fn client(base: &str, issuer: &Sealer, name: &str, roles: &[&str]) -> Client {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let principal = Principal { name: name.into(), roles };
    let identity = Identity { principal, purpose: None, expires: now() + TimeDelta::hours(1) };
    let token = identity.seal(issuer, AUDIENCE, now()).expect("a token");
    Client::new(base.parse().expect("a url"), Some(token)).expect("a client")
}
