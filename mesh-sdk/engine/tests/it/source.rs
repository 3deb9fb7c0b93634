//! Files under input contracts.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use insta::assert_snapshot;
use mesh_engine::source::Input;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{file_contract, folder_url, read, table};

const LOANS: &str = "      - { name: loan_id, logicalType: integer, required: true }
      - { name: amount, logicalType: number, physicalType: 'decimal(18,2)' }
      - { name: months, logicalType: integer, physicalType: int }
      - { name: issue_month, logicalType: date, logicalTypeOptions: { format: MMM-yyyy } }
      - { name: late, logicalType: boolean }
      - { name: note, logicalType: string }
";

fn folder(file: &str, content: impl AsRef<[u8]>) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, content).expect("a file");
    folder
}

fn input(folder: &Path, server: &str, properties: &str) -> Input {
    let contract =
        file_contract(server, properties, "customProperties:\n  - { property: nullValues, value: ['', N/A] }\n");
    Input::new("loans_file", contract, folder_url(folder))
}

async fn csv(content: impl AsRef<[u8]>) -> Result<String, String> {
    let folder = folder("sample/loans.csv", content);
    read(&input(folder.path(), "path: sample/loans.csv, format: csv", LOANS)).await.map(|batches| table(&batches))
}

async fn refused(content: impl AsRef<[u8]>) -> String {
    csv(content).await.expect_err("refused")
}

#[tokio::test]
async fn csv_is_read_as_declared() {
    let text = "\u{feff}note,loan_id,amount,extra,months,issue_month,late\r\n\
                \"two\nlines, \"\"quoted\"\"\",1,652.50,x,38.0,Mar-2018,yes\r\n\
                \r\nN/A,2,N/A,,,N/A,0\r\n plain ,3,-0.1,,12,Feb-2018,TRUE";
    assert_snapshot!(csv(text).await.expect("a table"), @r#"
    +---------+--------+--------+-------------+-------+-----------------+
    | loan_id | amount | months | issue_month | late  | note            |
    +---------+--------+--------+-------------+-------+-----------------+
    | 1       | 652.50 | 38     | 2018-03-01  | true  | two             |
    |         |        |        |             |       | lines, "quoted" |
    | 2       |        |        |             | false |                 |
    | 3       | -0.10  | 12     | 2018-02-01  | true  |  plain          |
    +---------+--------+--------+-------------+-------+-----------------+
    "#);
}

#[tokio::test]
async fn bad_values_are_named_with_line_and_text() {
    let head = "loan_id,amount,months,issue_month,late,note\n";
    let bad_date = format!("{head}1,1.00,36,Mar-2018,no,a\n2,1.00,36,2018-03,no,\"b\nc\"\n");
    assert_snapshot!(refused(bad_date).await, @"
    FC-1007 sample/loans.csv:3: column `issue_month`: `2018-03` is not a date `MMM-yyyy`
    help: correct the file, or declare the type, `format` or `nullValues` that the file really has
    ");
    let after_quoted_line = format!("{head}1,1.00,36,Mar-2018,no,\"a\n\nb\"\nx\u{1b}[31m,1,1,Mar-2018,no,\n");
    assert_snapshot!(refused(after_quoted_line).await, @r"
    FC-1007 sample/loans.csv:5: column `loan_id`: `x\u{1b}[31m` is not an integer of 64 bits
    help: correct the file, or declare the type, `format` or `nullValues` that the file really has
    ");
    assert_snapshot!(refused(format!("{head}1,1.005,36,Mar-2018,no,a\n")).await, @"
    FC-1007 sample/loans.csv:2: column `amount`: `1.005` is not a decimal(18,2) (more than 2 digits behind the point)
    help: correct the file, or declare the type, `format` or `nullValues` that the file really has
    ");
    assert_snapshot!(refused(format!("{head}1,1.00,3000000000,Mar-2018,no,a\n")).await, @"
    FC-1007 sample/loans.csv:2: column `months`: `3000000000` is not an integer of 32 bits (out of range)
    help: correct the file, or declare the type, `format` or `nullValues` that the file really has
    ");
    assert_snapshot!(refused(format!("{head}1,1.00,36,Mar-2018,maybe,a\n")).await, @"
    FC-1007 sample/loans.csv:2: column `late`: `maybe` is not a boolean (true, false, yes, no, 1, 0)
    help: correct the file, or declare the type, `format` or `nullValues` that the file really has
    ");
    let secret = LOANS
        .replace("{ name: note, logicalType: string", "{ name: note, logicalType: integer, classification: restricted");
    let files = folder("loans.csv", format!("{head}1,1.00,36,Mar-2018,no,pin 1234\n"));
    let error = read(&input(files.path(), "path: loans.csv, format: csv", &secret)).await.expect_err("refused");
    assert!(error.contains("`(restricted)` is not an integer") && !error.contains("1234"), "{error}");
    assert_snapshot!(refused(format!("{head},1.00,36,Mar-2018,no,a\n")).await, @"
    FC-1007 sample/loans.csv:2: column `loan_id` is required and has no value
    help: correct the file, or declare the column without `required`
    ");
}

#[tokio::test]
async fn broken_files_are_refused() {
    assert_snapshot!(refused("loan_id,amount,month,issue_month,late,note\n").await, @"
    FC-1006 sample/loans.csv:1: column `months` is missing
    help: did you mean `month`?
    ");
    assert_snapshot!(refused("loan_id,a,months,issue_month,late,note\n").await, @"
    FC-1006 sample/loans.csv:1: column `amount` is missing
    help: the file has `loan_id`, `a`, `months`, `issue_month`, `late`, `note`
    ");
    assert_snapshot!(refused("").await, @"
    FC-1009 sample/loans.csv:1: the file is empty, and a header line is required
    help: correct the file, or the input contract if the file is as agreed
    ");
    assert_snapshot!(refused("loan_id,amount,months,issue_month,late,note\n1,2\n").await, @"
    FC-1009 sample/loans.csv:2: the record has 2 fields, the header 6
    help: correct the file, or the input contract if the file is as agreed
    ");
    assert_snapshot!(refused("loan_id,amount,months,issue_month,late,note,note\n").await, @"
    FC-1009 sample/loans.csv:1: column `note` stands twice in the header
    help: correct the file, or the input contract if the file is as agreed
    ");
    assert_snapshot!(refused(b"loan_id,amount,months,issue_month,late,note\n1,2,3,Mar-2018,no,\xff\n").await, @"
    FC-1009 sample/loans.csv:2: the record is not valid UTF-8
    help: correct the file, or the input contract if the file is as agreed
    ");
}

#[tokio::test]
async fn a_record_without_an_end_meets_the_limit() {
    let head = "loan_id,amount,months,issue_month,late,note\n1,1.00,36,Mar-2018,no,";
    let mut errors = Vec::new();
    for start in ["", "\""] {
        let folder = folder("loans.csv", format!("{head}{start}{}", "x".repeat(40 * 1024 * 1024)));
        let input = input(folder.path(), "path: loans.csv, format: csv", LOANS).with_record_bytes_max(64 * 1024);
        errors.push(read(&input).await.expect_err("refused"));
    }
    assert_snapshot!(errors[0], @"
    FC-1008 loans.csv:2: the record is longer than 65536 bytes
    help: the file probably lacks line ends, or a quote is never closed
    ");
    assert_eq!(errors[0], errors[1]);
    let commas = folder("loans.csv", format!("{head}{}", ",".repeat(40 * 1024 * 1024)));
    let endless = input(commas.path(), "path: loans.csv, format: csv", LOANS).with_record_bytes_max(64 * 1024);
    assert!(read(&endless).await.expect_err("refused").starts_with("FC-1008"));
    let braces = folder("loans.json", "{".repeat(40 * 1024 * 1024));
    let endless = input(braces.path(), "path: loans.json, format: json", LOANS).with_record_bytes_max(64 * 1024);
    assert_snapshot!(read(&endless).await.expect_err("refused"), @"
    FC-1008 loans.json:1: the record is longer than 65536 bytes
    help: the file probably lacks line ends, or a quote is never closed
    ");
}

/// The same with the usual limit and a file of five gigabytes, which takes no space on disk.
#[tokio::test]
async fn a_line_of_five_gigabytes_meets_the_limit() {
    let folder = folder("loans.csv", "loan_id,amount,months,issue_month,late,note\n1,1.00,36,Mar-2018,no,");
    let file = fs::OpenOptions::new().write(true).open(folder.path().join("loans.csv")).expect("a file");
    file.set_len(5 * 1024 * 1024 * 1024).expect("a sparse file");
    let error = read(&input(folder.path(), "path: loans.csv, format: csv", LOANS)).await.expect_err("refused");
    assert_snapshot!(error, @"
    FC-1008 loans.csv:2: the record is longer than 16777216 bytes
    help: the file probably lacks line ends, or a quote is never closed
    ");
}

#[tokio::test]
async fn json_lines_are_read_as_declared() {
    let columns = "      - { name: loan_id, logicalType: integer, required: true }
      - { name: amount, logicalType: number, physicalType: 'decimal(38,2)' }
      - { name: opened, logicalType: timestamp }
      - name: borrower
        logicalType: object
        properties:
          - { name: name, logicalType: string, required: true }
          - { name: joint, logicalType: boolean }
      - name: tags
        logicalType: array
        items: { name: tag, logicalType: string }
";
    let lines = r#"{"loan_id": 1, "amount": 123456789012345678901234567890.12, "opened": "2018-03-01T00:00:00Z", "borrower": {"name": "A, \"B\"", "joint": true}, "tags": ["x", null, "z"], "other": {"a": [1]}}

{"loan_id": 2, "amount": "0.10", "borrower": null}
"#;
    let files = folder("in/loans.jsonl", lines);
    let source = input(files.path(), "path: in/loans.jsonl, format: json", columns);
    assert_snapshot!(table(&read(&source).await.expect("a table")), @r#"
    +---------+-----------------------------------+----------------------+-----------------------------+----------+
    | loan_id | amount                            | opened               | borrower                    | tags     |
    +---------+-----------------------------------+----------------------+-----------------------------+----------+
    | 1       | 123456789012345678901234567890.12 | 2018-03-01T00:00:00Z | {name: A, "B", joint: true} | [x, , z] |
    | 2       | 0.10                              |                      |                             |          |
    +---------+-----------------------------------+----------------------+-----------------------------+----------+
    "#);

    for (line, expected) in [
        (r#"{"loan_id": 1.5}"#, "FC-1007 in/loans.jsonl:2: column `loan_id`: `1.5` is not an integer"),
        (
            r#"{"loan_id": 1, "borrower": {"joint": true}}"#,
            "FC-1007 in/loans.jsonl:2: column `borrower…name` is required",
        ),
        (r#"{"loan_id": 1, "loan_id": 2}"#, "FC-1009 in/loans.jsonl:2: member `loan_id` stands twice"),
        (r#"{"loan_id": 1"#, "FC-1009 in/loans.jsonl:2: not valid JSON at column"),
        ("[1]", "FC-1009 in/loans.jsonl:2: the line is not a JSON object"),
        (r#"{"loan_id": 1, "opened": 5}"#, "FC-1007 in/loans.jsonl:2: column `opened`: `5` is not a timestamp"),
    ] {
        let files = folder("in/loans.jsonl", format!("{{\"loan_id\": 1}}\n{line}\n"));
        let error =
            read(&input(files.path(), "path: in/loans.jsonl, format: json", columns)).await.expect_err("refused");
        assert!(error.starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn globs_read_all_files_in_order_of_their_names() {
    let files = folder("drop/2018/b.csv", "id\n2\n");
    fs::write(files.path().join("drop/2018/a.csv"), "id\n1\n").expect("a file");
    fs::write(files.path().join("drop/2018/c.txt"), "no csv").expect("a file");
    fs::write(files.path().join("drop/d.csv"), "id\n4\n").expect("a file");
    let columns = "      - { name: id, logicalType: integer }\n";
    let batches = read(&input(files.path(), "path: 'drop/2018/*.csv', format: csv", columns)).await.expect("a table");
    assert_eq!(batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 2);
    let batches = read(&input(files.path(), "path: 'drop/**/*.csv', format: csv", columns)).await.expect("a table");
    assert_eq!(batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 3);
    let error = read(&input(files.path(), "path: 'drop/*.parquet', format: parquet", columns)).await.expect_err("none");
    assert_snapshot!(error, @"
    FC-1003 input `loans_file`: no file at `drop/*.parquet`
    help: the location is relative to the folder of `product.odps.yaml`; `*` and `**` match names
    ");
}

#[tokio::test]
async fn nothing_outside_the_folder_is_read() {
    let outer = folder("secret.csv", "id\n1\n");
    let product = outer.path().join("product");
    fs::create_dir(&product).expect("a folder");
    std::os::unix::fs::symlink(outer.path().join("secret.csv"), product.join("link.csv")).expect("a link");
    let columns = "      - { name: id, logicalType: integer }\n";
    let absolute = outer.path().join("secret.csv");
    let absolute = absolute.to_str().expect("a path");
    for location in
        ["../secret.csv", "a/../../secret.csv", "link.csv", absolute, "*.csv", "file:///etc/passwd", "..\\\\secret.csv"]
    {
        let error =
            read(&input(&product, &format!("path: \"{location}\", format: csv"), columns)).await.expect_err("refused");
        assert!(error.starts_with("FC-1002"), "{location}: {error}");
    }
}

#[tokio::test]
async fn declarations_that_do_not_work_are_refused() {
    let files = folder("a.csv", "id\n1\n");
    let column = "      - { name: id, logicalType: integer }\n";
    let error = |server: &'static str, columns: &'static str| {
        let input = input(files.path(), server, columns);
        async move { read(&input).await.expect_err("refused") }
    };
    assert_snapshot!(error("path: a.csv, format: cvs", column).await, @"
    FC-1001 input `loans_file`: format `cvs` is not known
    help: known are csv, json, parquet
    ");
    assert_snapshot!(error("path: a.csv, format: csv, customProperties: [{property: delimiter, value: ab}]", column).await, @"
    FC-1001 input `loans_file`: delimiter `ab` cannot be used
    help: a delimiter is one ASCII character, such as `;`, or `tab`
    ");
    assert_snapshot!(error("path: b.csv, format: csv", column).await, @"
    FC-1003 input `loans_file`: no file at `b.csv`
    help: the location is relative to the folder of `product.odps.yaml`; `*` and `**` match names
    ");
    let dated = "      - { name: id, logicalType: date, logicalTypeOptions: { format: yyyy-QQ } }\n";
    assert_snapshot!(error("path: a.csv, format: csv", dated).await, @"
    FC-1001 input `loans_file`: column `id`: pattern `yyyy-QQ`: `QQ` is not understood
    help: correct the input contract
    ");
    let cloud = file_contract("path: a.csv, format: csv", column, "");
    let mut cloud = std::sync::Arc::unwrap_or_clone(cloud);
    cloud.servers[0].kind = "s3".into();
    cloud.servers[0].settings.insert("path".into(), "s3://bucket/a.csv".into());
    let input = Input::new("loans_file", std::sync::Arc::new(cloud), folder_url(files.path()));
    assert_snapshot!(read(&input).await.expect_err("refused"), @"
    FC-1004 input `loans_file`: storage `s3` is not built in
    help: this binary reads `file` locations (server type `local`)
    ");
}

fn parquet(batch: &RecordBatch) -> TempDir {
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(batch).expect("written");
    writer.close().expect("closed");
    folder("loans.parquet", bytes)
}

#[tokio::test]
async fn parquet_columns_are_held_against_the_contract() {
    let columns = "      - { name: loan_id, logicalType: integer, required: true }
      - { name: amount, logicalType: number, physicalType: 'decimal(18,2)' }
      - { name: months, logicalType: integer, physicalType: int }
";
    let ids: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), Some(2)]));
    let amounts: ArrayRef =
        Arc::new(Decimal128Array::from(vec![Some(150), None]).with_precision_and_scale(9, 1).expect("a decimal"));
    let months: ArrayRef = Arc::new(Int32Array::from(vec![12, 24]));
    let read_file = |files: TempDir| async move {
        read(&input(files.path(), "path: loans.parquet, format: parquet", columns)).await
    };
    let names = ["extra", "months", "loan_id", "amount"];
    let good = [&months, &months, &ids, &amounts].map(Arc::clone);
    let good =
        RecordBatch::try_from_iter_with_nullable(names.into_iter().zip(good).map(|(name, array)| (name, array, true)));
    assert_snapshot!(table(&read_file(parquet(&good.expect("a batch"))).await.expect("a table")), @"
    +---------+--------+--------+
    | loan_id | amount | months |
    +---------+--------+--------+
    | 1       | 15.00  | 12     |
    | 2       |        | 24     |
    +---------+--------+--------+
    ");

    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.5, 2.5]));
    let bad = RecordBatch::try_from_iter([
        ("loan_ids", Arc::clone(&ids)),
        ("amount", floats),
        ("months", Arc::clone(&months)),
    ]);
    assert_snapshot!(read_file(parquet(&bad.expect("a batch"))).await.expect_err("refused"), @"
    FC-1010 loans.parquet: columns differ from input contract `loans_file`:
      `loan_id` is missing; did you mean `loan_ids`?
      `amount` is float(64), declared decimal(18,2)
    help: correct the file, or the input contract if the file is as agreed
    ");

    let gaps: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
    let null = RecordBatch::try_from_iter([("loan_id", gaps), ("amount", amounts), ("months", months)]);
    assert_snapshot!(read_file(parquet(&null.expect("a batch"))).await.expect_err("refused"), @"
    FC-1007 loans.parquet: column `loan_id` is required and has no value
    help: correct the data, or declare the column without `required`
    ");
    let damaged = folder("loans.parquet", "PAR1 not really");
    assert!(read_file(damaged).await.expect_err("refused").starts_with("FC-1005"));
}

const TYPED: &str = "      - { name: whole, logicalType: integer }
      - { name: money, logicalType: number, physicalType: 'decimal(38,4)' }
      - { name: ratio, logicalType: number, physicalType: double }
      - { name: flag, logicalType: boolean }
      - { name: day, logicalType: date, logicalTypeOptions: { format: dd/MM/yyyy } }
      - { name: at, logicalType: timestamp }
      - { name: words, logicalType: string }
";

type Row = (Option<i64>, Option<i128>, Option<f64>, Option<bool>, Option<i32>, Option<i64>, Option<String>);

fn row() -> impl Strategy<Value = Row> {
    let most = 10_i128.pow(38) - 1;
    // Years 1000 to 9999.
    let days = -354_285..2_932_896_i32;
    let micros = -30_610_224_000_000_000..253_402_300_800_000_000_i64;
    (
        proptest::option::of(any::<i64>()),
        proptest::option::of(-most..=most),
        proptest::option::of(any::<f64>().prop_filter("finite", |value| value.is_finite())),
        proptest::option::of(any::<bool>()),
        proptest::option::of(days),
        proptest::option::of(micros),
        proptest::option::of("[\\PC\n\r\t\",;]{1,20}".prop_filter("not null", |text| text != "N/A")),
    )
}

fn money(unscaled: i128) -> String {
    let (sign, digits) = (if unscaled < 0 { "-" } else { "" }, format!("{:05}", unscaled.unsigned_abs()));
    let (whole, fraction) = digits.split_at(digits.len() - 4);
    format!("{sign}{whole}.{fraction}")
}

fn written(row: &Row) -> [Option<String>; 6] {
    let day = |days: i32| chrono::DateTime::UNIX_EPOCH.date_naive() + chrono::TimeDelta::days(days.into());
    let at = |micros| chrono::DateTime::from_timestamp_micros(micros).expect("a time");
    [
        row.0.map(|value| value.to_string()),
        row.1.map(money),
        row.2.map(|value| format!("{value:e}")),
        row.3.map(|value| value.to_string()),
        row.4.map(|value| day(value).format("%d/%m/%Y").to_string()),
        row.5.map(|value| at(value).format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()),
    ]
}

fn as_csv(rows: &[Row]) -> String {
    let mut text = "whole,money,ratio,flag,day,at,words\n".to_owned();
    for row in rows {
        let words = row.6.as_ref().map(|words| format!("\"{}\"", words.replace('"', "\"\"")));
        let fields = written(row).into_iter().chain([words]).map(Option::unwrap_or_default);
        text += &format!("{}\n", fields.collect::<Vec<_>>().join(","));
    }
    text
}

fn as_json(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let [whole, money, ratio, flag, day, at] = written(row);
        let bare = |value: Option<String>| value.unwrap_or_else(|| "null".into());
        let words = serde_json::to_string(&row.6).expect("a string");
        let quoted = |value: Option<String>| serde_json::to_string(&value).expect("a string");
        text += &format!(
            "{{\"whole\":{}, \"money\":{}, \"ratio\":{}, \"flag\":{}, \"day\":{}, \"at\":{}, \"words\":{words}}}\n",
            bare(whole),
            bare(money),
            bare(ratio),
            bare(flag),
            quoted(day),
            quoted(at)
        );
    }
    text
}

fn expected(rows: &[Row]) -> Vec<ArrayRef> {
    let money: Decimal128Array = rows.iter().map(|row| row.1).collect();
    let at: TimestampMicrosecondArray = rows.iter().map(|row| row.5).collect();
    vec![
        Arc::new(rows.iter().map(|row| row.0).collect::<Int64Array>()),
        Arc::new(money.with_precision_and_scale(38, 4).expect("a decimal")),
        Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| row.3).collect::<BooleanArray>()),
        Arc::new(rows.iter().map(|row| row.4).collect::<Date32Array>()),
        Arc::new(at.with_timezone("UTC")),
        Arc::new(rows.iter().map(|row| row.6.clone()).collect::<StringArray>()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is written under a contract reads back as what it was.
    #[test]
    fn typed_values_round_trip_through_text(rows in proptest::collection::vec(row(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        for (format, text) in [("csv", as_csv(&rows)), ("json", as_json(&rows))] {
            let files = folder("rows.txt", text);
            let source = input(files.path(), &format!("path: rows.txt, format: {format}"), TYPED);
            let batches = runtime.block_on(read(&source)).map_err(TestCaseError::fail)?;
            let schema = batches[0].schema();
            let found = arrow::compute::concat_batches(&schema, &batches).expect("one batch");
            prop_assert_eq!(found.columns(), &expected(&rows)[..], "{}", format);
        }
    }
}
