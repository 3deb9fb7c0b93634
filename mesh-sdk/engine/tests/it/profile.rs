//! Contracts drafted from data, and the data read under them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use mesh_contract::Contract;
use mesh_contract::infer::{Draft, File, Origin, TableProfile, draft};
use mesh_engine::check::check;
use mesh_engine::function::Functions;
use mesh_engine::profile::{Format, Source, profile, profile_query};
use mesh_engine::source::Input;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{folder_url, session};

fn drafted(profile: &TableProfile, file: Option<File<'_>>) -> (String, Arc<Contract>) {
    let what = Draft {
        domain: "lending",
        name: "drafted",
        origin: "a test",
        input: file.map(Origin::File),
        currency: Some("USD"),
    };
    let text = draft(profile, &what).expect("a draft");
    let (contract, report) = Contract::lint("drafted.odcs.yaml", &text);
    assert!(report.is_empty(), "{report}");
    (text, Arc::new(contract.expect("a contract")))
}

/// Profiles a file, drafts its contract, reads the file under it and checks every rule: the contract's text.
async fn satisfied(path: &Path) -> String {
    let source = Source::at(path).expect("a source");
    let profile = profile(&source).await.expect("a profile");
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    let (format, delimiter) = match source.format {
        Format::Csv { delimiter } => ("csv", Some(char::from(delimiter))),
        Format::JsonLines => ("json", None),
        _ => ("parquet", None),
    };
    let (text, contract) = drafted(&profile, Some(File { path: name, format, delimiter }));
    let input = Input::new("drafted", Arc::clone(&contract), folder_url(path.parent().expect("a folder")));
    let runtime = session().runtime_env();
    let table = input.open(&runtime, None).await.expect("a table").table;
    let report = check(table, &contract.objects[0], &Functions::new(), runtime)
        .await
        .unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(report.rules.len() > contract.objects[0].properties.len() / 2, "{report}");
    assert!(report.to_string().contains("hold on"), "{name}: {report}");
    assert_eq!(report.rows, profile.rows, "{name}");
    text
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "csv") {
            found.push(path);
        }
    }
}

#[tokio::test]
async fn every_sample_of_the_repository_satisfies_its_draft() {
    let mut found = Vec::new();
    let domains = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../domains");
    files(&domains.canonicalize().expect("a folder"), &mut found);
    assert!(found.len() >= 2, "{found:?}");
    for file in found {
        let text = satisfied(&file).await;
        if file.ends_with("lending_club_loans_2018q1.csv") {
            for line in [
                "name: loan_id\n        description: \"To be written. 10000 values, 1 to 10000\"\n        logicalType: integer",
                "physicalType: \"decimal(18,2)\"",
                "logicalTypeOptions: {format: MMM-yyyy}",
                "validValues: [individual, joint]",
                "{property: gdprCategory, value: employment}",
                "{property: unit, value: USD}",
            ] {
                assert!(text.contains(line), "`{line}` is not in\n{text}");
            }
        }
    }
}

fn folder_with(name: &str, content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, content).expect("a file");
    (folder, path)
}

#[tokio::test]
async fn odd_text_files_satisfy_their_drafts_too() {
    let rows: String =
        (0..40).map(|row| format!("00{row};{row},5;{:02}/01/2024;NA;\"a;b\nc\";N/A;{row}\n", row % 28 + 1)).collect();
    let (_folder, path) = folder_with("odd name.csv", format!("\u{feff}Konto Nr;Betrag;Tag;x;x;Wert;\n{rows}"));
    let text = satisfied(&path).await;
    assert!(text.contains("physicalName: Konto Nr") && text.contains("format: dd/MM/yyyy"), "{text}");
    assert!(text.contains("{property: delimiter, value: \";\"}") && text.matches("left out").count() == 3, "{text}");

    let lines: String = (1..=30)
        .map(|row| {
            format!(
                "{{\"id\": {row}, \"amount\": {row}.10, \"day\": \"2024-01-{:02}\", \"tags\": [\"a\"], \
                 \"who\": {{\"city\": \"Bonn\", \"floor\": {row}}}, \"note\": {}}}\n",
                row % 28 + 1,
                if row % 2 == 0 { "null".to_owned() } else { format!("\"{row}\"") }
            )
        })
        .collect();
    let (_folder, path) = folder_with("accounts.jsonl", lines);
    let text = satisfied(&path).await;
    assert!(text.contains("physicalType: \"decimal(18,2)\"") && text.contains("logicalType: object"), "{text}");
}

fn batch() -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(1..=50))),
        ("amount", Arc::new(Float64Array::from_iter_values((1..=50).map(|row| f64::from(row) + 0.25)))),
        ("day", Arc::new(Date32Array::from_iter_values(19_000..19_050))),
        ("kind", Arc::new(StringArray::from_iter((1..=50).map(|row| (row % 5 > 0).then_some("a"))))),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

#[tokio::test]
async fn typed_files_keep_their_types_and_money_is_a_decimal_where_it_may_be() {
    let folder = TempDir::new().expect("a folder");
    let batch = batch();
    let parquet = folder.path().join("accounts.parquet");
    let mut writer =
        ArrowWriter::try_new(fs::File::create(&parquet).expect("a file"), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let text = satisfied(&parquet).await;
    assert!(text.contains("physicalType: double") && text.contains("physicalType: date"), "{text}");

    let feather = folder.path().join("accounts.feather");
    let mut writer =
        arrow::ipc::writer::FileWriter::try_new(fs::File::create(&feather).expect("a file"), &batch.schema())
            .expect("a writer");
    writer.write(&batch).expect("written");
    writer.finish().expect("finished");
    let (text, _) = drafted(&profile(&Source::at(&feather).expect("a source")).await.expect("a profile"), None);
    assert!(text.contains("physicalType: \"decimal(18,2)\"") && !text.contains("servers:"), "{text}");

    let sources = [("accounts".to_owned(), Source::at(&parquet).expect("a source"))];
    let sql = "SELECT kind, sum(amount) AS amount FROM accounts GROUP BY kind";
    let (text, contract) = drafted(&profile_query(&sources, sql).await.expect("a profile"), None);
    assert_eq!(contract.objects[0].properties.len(), 2, "{text}");
    for refused in ["DROP TABLE accounts", "COPY accounts TO '/tmp/x.csv'", "SELECT nothing FROM accounts", "SET a = 1"]
    {
        let error = profile_query(&sources, refused).await.expect_err("refused");
        assert_eq!(error.code().to_string(), "FC-5034", "{error}");
    }
}

#[tokio::test]
async fn a_delta_table_is_a_source() {
    let folder = TempDir::new().expect("a folder");
    let table = crate::fixture::table(folder.path());
    let contract = crate::fixture::contract();
    crate::fixture::publish(&table, &contract, 30, "x").await;
    let source = Source::at(&folder.path().join("notes")).expect("a source");
    assert_eq!(source.format, Format::Delta);
    let profile = profile(&source).await.expect("a profile");
    assert_eq!(profile.rows, 30);
    let (text, drafted) = drafted(&profile, None);
    let types = |contract: &Contract| -> Vec<_> {
        contract.objects[0].properties.iter().map(|property| property.data_type.clone()).collect()
    };
    assert_eq!(types(&drafted), types(&contract), "{text}");
}

#[tokio::test]
async fn what_is_no_source_is_told() {
    let (folder, path) = folder_with("notes.doc", "x");
    assert_eq!(Source::at(&path).expect_err("unknown").code().to_string(), "FC-5032");
    assert_eq!(Source::at(folder.path()).expect_err("unknown").code().to_string(), "FC-5032");
    assert_eq!(Source::at(&folder.path().join("none.csv")).expect_err("missing").code().to_string(), "FC-5031");
    let (_folder, empty) = folder_with("empty.csv", "");
    let error = profile(&Source::at(&empty).expect("a source")).await.expect_err("empty");
    assert_eq!(error.code().to_string(), "FC-5031");
    let (_folder, broken) = folder_with("broken.parquet", "x");
    assert_eq!(
        profile(&Source::at(&broken).expect("a source")).await.expect_err("broken").code().to_string(),
        "FC-5031"
    );
}

/// A column as files have them: mostly values of one form, now and then something else.
fn column() -> impl Strategy<Value = Vec<String>> {
    let form = prop::sample::select(vec![
        "[0-9]{1,6}",
        "-?[1-9][0-9]{0,3}\\.[0-9]{1,4}",
        "[0-9]\\.[0-9]{1,3}e-?[0-9]",
        "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        "(0[1-9]|1[0-2])/(0[1-9]|1[0-9]|2[0-8])/20[0-9]{2}",
        "(Jan|feb|MAR|Dec)-20[0-9]{2}",
        "20[0-9]{2}-0[1-9]-1[0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|\\+02:00)",
        "20[0-9]{2}-0[1-9]-1[0-9] [01][0-9]:[0-5][0-9]:[0-5][0-9]",
        "[01][0-9]:[0-5][0-9](:[0-5][0-9])?",
        "yes|no|TRUE|false",
        "[A-C]",
        "[a-z ,;\"']{0,8}",
    ]);
    form.prop_flat_map(|form| {
        let odd = prop::sample::select(vec!["", "N/A", "NA", "-", "?", "None", "NaN", "007", "x", " 5 ", "1e9", "0.0"]);
        let value = prop_oneof![12 => form, 1 => odd.prop_map(str::to_owned)];
        prop::collection::vec(value, 30)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_file_satisfies_its_draft(columns in prop::collection::vec(column(), 1..5)) {
        let names = ["balance", "rate", "Kind", "opened on"];
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = names.iter().take(columns.len()).copied().collect::<Vec<_>>().join(",") + ",n\n";
        for row in 0..30 {
            let cells: Vec<String> = columns.iter().map(|column| quoted(&column[row])).collect();
            text.push_str(&format!("{},{row}\n", cells.join(",")));
        }
        let (_folder, path) = folder_with("any.csv", &text);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(satisfied(&path));
    }
}
