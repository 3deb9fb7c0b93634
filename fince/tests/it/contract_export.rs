use std::fs;
use std::io::Cursor;
use std::path::Path;

use arrow::ipc::reader::FileReader;

use crate::run::{fince, run};

const LOANS: &str = "contracts/lending/loans.v1.odcs.yaml";

fn mesh() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the mesh's folder")
}

#[test]
fn every_form_is_written_and_the_same_each_time() {
    for form in ["arrow-ipc", "arrow-json", "json-schema", "ddl-postgres", "ddl-duckdb", "delta", "markdown", "html"] {
        let export = || fince(mesh()).args(["contract", "export", LOANS, "--to", form]).output().expect("runs");
        let (first, second) = (export(), export());
        assert!(first.status.success(), "{form}: {}", String::from_utf8_lossy(&first.stderr));
        assert!(first.stdout.windows(7).any(|bytes| bytes == b"loan_id"), "{form}");
        assert_eq!(first.stdout, second.stdout, "{form}");
    }
}

#[test]
fn the_arrow_file_holds_the_schema_and_no_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("loans.arrow");
    let name = file.to_str().expect("a name");
    let ran = run(mesh(), &["contract", "export", LOANS, "--to", "arrow-ipc", "--output", name]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let reader = FileReader::try_new(Cursor::new(fs::read(&file).expect("the file")), None).expect("an Arrow file");
    let text = fs::read_to_string(mesh().join(LOANS)).expect("the contract");
    let contract = mesh_contract::Contract::parse(LOANS, &text).expect("a contract");
    assert_eq!(reader.schema(), mesh_contract::arrow::schema(&contract, &contract.objects[0]));
    assert_eq!(reader.count(), 0);
}

#[test]
fn a_contract_with_faults_has_no_form() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("bad.yaml"), "apiVersion: v3.1.0\nkind: DataContract\n").expect("a file");
    let ran = run(folder.path(), &["contract", "export", "bad.yaml", "--to", "html", "--output", "bad.html"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("error[FC-0007]"), "{}", ran.stderr);
    assert!(!folder.path().join("bad.html").exists());
}
