//! A product as a process of its own, on a machine where governance runs without any product: registered, approved, granted,
//! read, and held to the keys that it learned.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::collector::Collector;
use crate::mesh::{Mesh, fince, free_base};
use crate::run::{Ran, ran};
use crate::small_product::write_mesh_of;

/// The product is told of an agreement at once, and publishes what is missing within seconds.
const SOON: Duration = Duration::from_secs(60);

/// The product's program; ended when dropped.
struct Alone(Child);

impl Drop for Alone {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program of a domain, which Cargo puts beside this one.
fn program(domain: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_fince")).with_file_name(domain);
    assert!(program.is_file(), "build the programs of the domains first: `cargo build --workspace --bins`");
    program
}

struct Bank {
    folder: tempfile::TempDir,
    /// Where governance is.
    base: u16,
    /// Where the product answers.
    listen: String,
}

impl Bank {
    /// A mesh folder of lending's team, and a mesh folder without products for governance.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_mesh_of("lending", &folder.path().join("lending"));
        for empty in ["central/contracts", "central/domains"] {
            fs::create_dir_all(folder.path().join(empty)).expect("a folder");
        }
        Self { folder, base: 0, listen: format!("127.0.0.1:{}", free_base()) }
    }

    fn governance(&mut self, data: &str) -> Mesh {
        let mesh = Mesh::up(&self.folder.path().join("central"), &self.folder.path().join(data));
        self.base = mesh.base;
        mesh
    }

    fn fince(&self, arguments: &[&str]) -> Ran {
        let (mesh, data) = (self.folder.path().join("central"), self.folder.path().join("governance"));
        ran(fince(&mesh, &data, self.base).args(arguments).output().expect("the binary runs"))
    }

    fn lending(&self) -> Command {
        let mut command = Command::new(program("lending"));
        let token = self.fince(&["token", "product:lending"]).stdout;
        command.args(["--mesh", "lending", "--data", "product"]).current_dir(&self.folder);
        command.args(["--listen", &self.listen, "--governance", &format!("http://127.0.0.1:{}", self.base)]);
        command.env("FINCE_TOKEN", token.trim());
        command
    }

    /// With a token: there is no login where the issuer is not.
    fn sql(&self, sql: &str) -> Ran {
        let token = self.fince(&["token", "omar"]).stdout;
        let url = format!("http://{}", self.listen);
        self.fince(&["sql", "--token", token.trim(), "--url", &url, "--format", "csv", sql])
    }

    /// Asks until the answer is this one.
    fn until(&self, sql: &str, expected: &str) {
        let begun = Instant::now();
        loop {
            let ran = self.sql(sql);
            if ran.stdout == expected {
                return;
            }
            assert!(begun.elapsed() < SOON, "{}{}", ran.stdout, ran.stderr);
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}

#[test]
fn a_product_serves_from_a_process_of_its_own() {
    let mut bank = Bank::new();
    let mesh = bank.governance("governance");
    let lending = Alone(bank.lending().stderr(Stdio::null()).spawn().expect("it starts"));

    // Nobody has decided that omar may read: to him there is no such table.
    let begun = Instant::now();
    let asked = loop {
        let request =
            "access request lending.events --purpose risk-reporting --days 30 --reason test --as omar -f json";
        let asked = bank.fince(&request.split(' ').collect::<Vec<_>>());
        if asked.code == 0 || begun.elapsed() > SOON {
            break asked;
        }
        std::thread::sleep(Duration::from_millis(500));
    };
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    let refused = bank.sql("SELECT count(*) AS n FROM lending.events");
    assert!(refused.code == 1 && refused.stderr.contains("FC-2001"), "{}{}", refused.stdout, refused.stderr);
    let agreement: serde_json::Value = serde_json::from_str(&asked.stdout).expect("JSON");
    let id = agreement["id"].as_str().expect("an id");
    let approved = bank.fince(&["access", "approve", id, "--reason", "test", "--as", "lena"]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);
    bank.until("SELECT count(*) AS n FROM lending.events", "n\n40000\n");
    let functions = "SELECT count(*) AS n FROM lending.events WHERE annuity_payment(1000, 5, 12) > 85";
    bank.until(functions, "n\n40000\n");

    // Governance is away: what was learned is enough to start again and to serve on the receipts.
    drop((mesh, lending));
    let again = Alone(bank.lending().stderr(Stdio::null()).spawn().expect("it starts"));
    let begun = Instant::now();
    while std::net::TcpStream::connect(&bank.listen).is_err() {
        assert!(begun.elapsed() < SOON, "it does not answer");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(again);

    // Somebody else in governance's place decides nothing.
    let other = bank.governance("other");
    let refused = ran(bank.lending().output().expect("it runs"));
    assert!(refused.code == 1 && refused.stderr.contains("error[FC-5112]"), "{}", refused.stderr);
    drop(other);
}

#[test]
fn what_a_product_lacks_is_said() {
    let bank = Bank::new();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(program("lending"));
        ran(command.args(arguments).env("FINCE_TOKEN", "t").current_dir(&bank.folder).output().expect("it runs"))
    };
    let help = run(&["--help"]);
    assert!(help.code == 0 && help.stdout.contains("product of lending by itself"), "{}", help.stdout);
    for (arguments, code, expected) in [
        (vec!["--nonsense"], 2, "--nonsense"),
        (vec!["--log", "mesh=loud"], 2, "error[FC-5014]"),
        (vec![], 4, "error[FC-5006]"),
        (vec!["--mesh", "central"], 1, "error[FC-5101]"),
        (vec!["--mesh", "lending", "--governance", "http://127.0.0.1:9"], 3, "error[FC-5111]"),
        (vec!["--mesh", "lending", "--data", "lending/domains/lending/product.odps.yaml"], 4, "error[FC-5002]"),
    ] {
        let ran = run(&arguments);
        assert!(ran.code == code && ran.stderr.contains(expected), "{arguments:?}: {} {}", ran.code, ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_product_does_is_exported_under_its_own_name() {
    let bank = Bank::new();
    let (collector, address) = Collector::listen().await;
    let mut command = Command::new(program("lending"));
    command.args(["--mesh", "lending", "--governance", "http://127.0.0.1:9"]).current_dir(&bank.folder);
    command.env("FINCE_TOKEN", "t").env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{address}"));
    let ran = tokio::task::spawn_blocking(move || ran(command.output().expect("it runs"))).await.expect("joins");
    assert!(ran.code == 3 && ran.stderr.contains("error[FC-5111]"), "{}", ran.stderr);
    let spans: Vec<_> = collector.spans().into_iter().map(|(service, span)| (service, span.name)).collect();
    assert_eq!(spans, [("lending".to_owned(), "start".to_owned())]);
}
