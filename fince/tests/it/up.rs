//! A whole mesh, as a newcomer meets it: started, asked, ended, started again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::mesh::{Mesh, fince, repository};
use crate::run::{Ran, ran};

/// Runs a client command against a mesh.
fn ask(mesh: &Mesh, data: &Path, arguments: &[&str]) -> Ran {
    ran(fince(&repository(), data, mesh.base).args(arguments).output().expect("the binary runs"))
}

#[test]
fn a_newcomers_first_quarter_of_an_hour() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mesh = Mesh::up(&repository(), &data);

    let count = ask(&mesh, &data, &["sql", "--as", "omar", "-f", "csv", "SELECT count(*) AS n FROM lending.loans"]);
    assert_eq!((count.code, count.stdout.as_str(), count.stderr.as_str()), (0, "n\n10000\n", ""));
    rows_come_in_every_format(&mesh, &data, folder.path());
    refusals_carry_code_and_exit(&mesh, &data);
    the_catalog_tells_what_there_is(&mesh, &data);

    let second = ran(fince(&repository(), &data, mesh.base).arg("up").output().expect("the binary runs"));
    assert_eq!((second.code, second.stdout.as_str()), (4, ""));
    let held =
        format!("error[FC-5004]: the data directory `{}` is in use by process {}", data.display(), mesh.process());
    assert!(second.stderr.starts_with(&held), "{}", second.stderr);

    let other = folder.path().join("other");
    let taken = ran(fince(&repository(), &other, mesh.base).arg("up").output().expect("the binary runs"));
    assert_eq!(taken.code, 4);
    assert!(taken.stderr.starts_with("error[FC-5005]: `127.0.0.1:"), "{}", taken.stderr);

    let logs = snapshots(&data);
    assert_eq!(logs.len(), 17, "one commit a port: {logs:?}");
    assert_eq!(mesh.interrupt(), Some(0));
    let again = Mesh::up(&repository(), &data);
    let count =
        ask(&again, &data, &["sql", "--as", "omar", "-f", "json", "SELECT count(*) AS n FROM lending.mortgages"]);
    assert_eq!((count.code, count.stdout.as_str()), (0, "{\"n\":2380}\n"), "{}", count.stderr);
    assert_eq!(snapshots(&data), logs, "the second start published again");
}

fn rows_come_in_every_format(mesh: &Mesh, data: &Path, folder: &Path) {
    let query = "SELECT loan_id, loan_amount FROM lending.loans ORDER BY loan_id LIMIT 3";
    let table = ask(mesh, data, &["sql", "--as", "omar", query]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    let amounts: Vec<_> =
        table.stdout.lines().skip(2).take(3).filter_map(|line| line.split_whitespace().last()).collect();
    assert!(
        amounts.len() == 3
            && amounts.iter().all(|amount| amount.split_once('.').is_some_and(|(_, cents)| cents.len() == 2))
    );
    assert!(table.stdout.ends_with("\n3 rows\n"), "{}", table.stdout);

    let files: [(&str, &[u8]); 3] = [("rows.parquet", b"PAR1"), ("rows.arrow", &[0xff; 4]), ("rows.csv", b"loan_id,")];
    for (file, magic) in files {
        let path = folder.join(file);
        let text = path.display().to_string();
        let saved = ask(mesh, data, &["sql", "--as", "omar", query, "-o", &text]);
        assert_eq!((saved.code, saved.stdout.as_str()), (0, ""), "{}", saved.stderr);
        assert!(saved.stderr.starts_with("3 rows, "), "{}", saved.stderr);
        assert!(fs::read(&path).expect("the file").starts_with(magic), "{file}");
    }

    let mut piped = fince(&repository(), data, mesh.base);
    piped.args(["sql", "--as", "omar", "-f", "csv", "SELECT * FROM lending.repayment_schedules"]);
    let mut child = piped.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    drop(child.stdout.take());
    let left = ran(child.wait_with_output().expect("ends"));
    assert_eq!((left.code, left.stderr.as_str()), (0, ""), "a reader that left is no error");
}

fn refusals_carry_code_and_exit(mesh: &Mesh, data: &Path) {
    let cases: [(&[&str], i32, &str); 5] = [
        (&["sql", "SELECT 1"], 2, "error[FC-5001]"),
        (&["sql", "--as", "omar", ""], 2, "error[FC-5017]"),
        (&["sql", "--as", "nobody", "SELECT 1"], 1, "error[FC-3002]"),
        (&["sql", "--as", "ana", "SELECT * FROM lending.loans"], 1, "error[FC-2"),
        (&["sql", "--as", "omar", "DROP TABLE lending.loans"], 1, "error[FC-"),
    ];
    for (arguments, code, title) in cases {
        let refused = ask(mesh, data, arguments);
        assert_eq!((refused.code, refused.stdout.as_str()), (code, ""), "{arguments:?} {}", refused.stderr);
        assert!(refused.stderr.starts_with(title), "{arguments:?} {}", refused.stderr);
    }
    let away = ask(mesh, data, &["sql", "--as", "omar", "SELECT 1", "--url", "http://127.0.0.1:9"]);
    assert_eq!(away.code, 3);
    assert!(away.stderr.contains("`fince up` starts it"), "{}", away.stderr);
}

fn the_catalog_tells_what_there_is(mesh: &Mesh, data: &Path) {
    let ports = ask(mesh, data, &["ports", "--as", "ana", "-f", "json"]);
    let listed: Vec<serde_json::Value> = serde_json::from_str(&ports.stdout).expect("JSON");
    let names: Vec<_> = listed.iter().filter_map(|port| port["port"].as_str()).collect();
    let lending: Vec<_> = names.iter().filter(|name| name.starts_with("lending.")).copied().collect();
    let expected = ["lending.credit_exposure", "lending.loans", "lending.mortgages", "lending.repayment_schedules"];
    assert_eq!(lending, expected, "{}", ports.stderr);
    let domains: BTreeSet<_> = names.iter().filter_map(|name| Some(name.split_once('.')?.0)).collect();
    assert_eq!(domains, BTreeSet::from(["deposits", "governance", "insurance", "investing", "lending"]));

    let page = ask(mesh, data, &["describe", "lending.loans_v1", "--as", "omar"]);
    assert_eq!(page.code, 0, "{}", page.stderr);
    for word in [
        "lending.loans 1.0.0 (active)",
        "Lena",
        "loan_id",
        "decimal(18,2)",
        "USD",
        "confidential",
        "FROM lending.loans LIMIT 10",
    ] {
        assert!(page.stdout.contains(word), "{word}\n{}", page.stdout);
    }
    for (port, code, title) in
        [("lending.nothing", 1, "error[FC-4"), ("lending.loans_v9", 1, "error[FC-5018]"), ("x", 2, "error[FC-5018]")]
    {
        let missing = ask(mesh, data, &["describe", port, "--as", "omar"]);
        assert_eq!(missing.code, code, "{port} {}", missing.stderr);
        assert!(missing.stderr.starts_with(title), "{port} {}", missing.stderr);
    }

    let token = ask(mesh, data, &["token", "omar"]).stdout;
    let mut command = fince(&repository(), data, mesh.base);
    command.env("FINCE_TOKEN", token.trim()).args(["sql", "-f", "csv", "SELECT 1 AS one"]);
    assert_eq!(ran(command.output().expect("the binary runs")).stdout, "one\n1\n");
}

/// Every commit in the lake of the mesh folder's products; governance's own follows what happens.
fn snapshots(data: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![data.join("lake")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.extend((!path.ends_with("lake/governance")).then_some(path));
            } else if path.extension().is_some_and(|ending| ending == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_mesh_that_cannot_start_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fince"));
    let nowhere = ran(command.current_dir(folder.path()).arg("up").output().expect("the binary runs"));
    assert_eq!(nowhere.code, 4);
    assert!(nowhere.stderr.starts_with("error[FC-5006]"), "{}", nowhere.stderr);
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
}
