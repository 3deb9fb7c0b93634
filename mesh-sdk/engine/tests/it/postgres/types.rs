//! What becomes of values.

use arrow::array::{Array, AsArray};
use insta::assert_snapshot;

use super::ground::{Ground, open};
use crate::support::{read, table};

const COLUMNS: &str =
    "      - { name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1 }
      - { name: tiny, logicalType: integer, physicalType: int }
      - { name: amount, logicalType: number, physicalType: 'decimal(38,10)' }
      - { name: free, logicalType: number, physicalType: 'decimal(9,2)' }
      - { name: ratio, logicalType: number, physicalType: double }
      - { name: single, logicalType: number, physicalType: double }
      - { name: flag, logicalType: boolean }
      - { name: day, logicalType: date, logicalTypeOptions: { format: MMM-yyyy } }
      - { name: instant, physicalName: at, logicalType: timestamp, physicalType: timestamp_tz }
      - { name: wall, logicalType: timestamp, physicalType: timestamp_ntz }
      - { name: clock, logicalType: time }
      - { name: raw, physicalType: binary }
      - { name: ident, logicalType: string, physicalType: uuid }
      - { name: doc, logicalType: string }
      - { name: code, logicalType: string }
      - { name: mood, logicalType: string }
      - { name: account, logicalType: string }
";

const TABLE: &str = "
    CREATE TYPE mood AS ENUM ('calm', 'on edge');
    CREATE DOMAIN iban AS varchar(34);
    CREATE TABLE everything (id bigint PRIMARY KEY, tiny smallint, amount numeric(38,10), free numeric, ratio float8,
        single float4, flag boolean, day date, at timestamptz, wall timestamp, clock time, raw bytea, ident uuid,
        doc jsonb, code char(5), mood mood, account iban, undeclared text[]);";

#[tokio::test]
async fn every_type_is_read_without_loss() {
    let Some(ground) = Ground::new().await else { return };
    ground.run(TABLE).await;
    ground
        .run(
            "SET timezone = 'America/New_York';
             INSERT INTO everything VALUES
             (9223372036854775807, -32768, 1234567890123456789012345678.0123456789, 0.10, 0.1, 0.1, true, '0999-12-31',
              '2026-03-29 02:30:00.123456+02', '2026-03-29 02:30:00', '23:59:59.5', '\\x00ff5c0a',
              'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{\"b\": 1, \"a\": [null]}', 'EUR', 'on edge', 'DE89', '{x}'),
             (2, NULL, -99999999999999999999.9999999999, -1234567.89, 1e308, 16777216, false, '9999-12-31',
              '1000-01-01 00:00:00+00', '9999-12-31 23:59:59.999999', '00:00', '', NULL, 'null', '', 'calm', NULL, NULL),
             (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        )
        .await;
    let batches = read(&ground.input("everything", COLUMNS, "")).await.expect("rows");
    let shown = |columns: &[usize]| table(&[batches[0].project(columns).expect("columns")]);
    assert_snapshot!(shown(&[0, 1, 2, 3, 4, 5, 6, 7]), @r"
    +---------------------+--------+-----------------------------------------+-------------+-------+---------------------+-------+------------+
    | id                  | tiny   | amount                                  | free        | ratio | single              | flag  | day        |
    +---------------------+--------+-----------------------------------------+-------------+-------+---------------------+-------+------------+
    | 9223372036854775807 | -32768 | 1234567890123456789012345678.0123456789 | 0.10        | 0.1   | 0.10000000149011612 | true  | 0999-12-31 |
    | 2                   |        | -99999999999999999999.9999999999        | -1234567.89 | 1e308 | 16777216.0          | false | 9999-12-31 |
    | 3                   |        |                                         |             |       |                     |       |            |
    +---------------------+--------+-----------------------------------------+-------------+-------+---------------------+-------+------------+
    ");
    assert_snapshot!(shown(&[8, 9, 10, 11]), @r"
    +-----------------------------+----------------------------+-----------------+----------+
    | instant                     | wall                       | clock           | raw      |
    +-----------------------------+----------------------------+-----------------+----------+
    | 2026-03-29T00:30:00.123456Z | 2026-03-29T02:30:00        | 23:59:59.500000 | 00ff5c0a |
    | 1000-01-01T00:00:00Z        | 9999-12-31T23:59:59.999999 | 00:00:00        |          |
    |                             |                            |                 |          |
    +-----------------------------+----------------------------+-----------------+----------+
    ");
    assert_snapshot!(shown(&[12, 13, 14, 15, 16]), @r#"
    +--------------------------------------+-----------------------+------+---------+---------+
    | ident                                | doc                   | code | mood    | account |
    +--------------------------------------+-----------------------+------+---------+---------+
    | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 | {"a": [null], "b": 1} | EUR  | on edge | DE89    |
    |                                      | null                  |      | calm    |         |
    |                                      |                       |      |         |         |
    +--------------------------------------+-----------------------+------+---------+---------+
    "#);
    let code = batches[0].column(14).as_string::<i32>();
    assert!(code.value(1).is_empty() && code.is_valid(1) && code.is_null(2));
    assert!(batches[0].column(11).as_binary::<i32>().value(1).is_empty() && batches[0].column(11).is_null(2));
}

#[tokio::test]
async fn text_arrives_as_it_is() {
    let Some(ground) = Ground::new().await else { return };
    let texts = [
        "",
        " ",
        "\\N",
        "N/A",
        "NULL",
        "a\tb",
        "line\nline\r\n",
        "back\\slash\\",
        "\"quoted\", 'twice'",
        "größe 😀 \u{202e}x",
        "\u{1}\u{8}\u{b}\u{c}\u{7f}",
        "\\x41\\101\\.",
        "\t",
        "\n",
    ];
    ground.run("CREATE TABLE notes (id int, note text)").await;
    for (id, text) in (0_i32..).zip(texts) {
        ground.admin.execute("INSERT INTO notes VALUES ($1, $2)", &[&id, &text]).await.expect("a row");
    }
    let columns = "      - { name: id, logicalType: integer }\n      - { name: note, logicalType: string }\n";
    let batches = read(&ground.input("notes", columns, "")).await.expect("rows");
    let found: Vec<&str> = batches[0].column(1).as_string::<i32>().iter().map(|text| text.expect("no null")).collect();
    assert_eq!(found, texts);
}

#[tokio::test]
async fn values_that_do_not_fit_name_column_and_key() {
    let Some(ground) = Ground::new().await else { return };
    ground.run(TABLE).await;
    let mut told = Vec::new();
    for value in [
        "amount = 'NaN'",
        "free = 'Infinity'",
        "free = 0.005",
        "free = 12345678",
        "ratio = 'NaN'",
        "day = 'infinity'",
        "day = '0044-03-15 BC'",
        "at = '-infinity'",
        "at = '10000-01-01'",
        "clock = '24:00'",
    ] {
        ground.run(&format!("TRUNCATE everything; INSERT INTO everything (id) VALUES (1), (4711); UPDATE everything SET {value} WHERE id = 4711")).await;
        told.push(
            read(&ground.input("everything", COLUMNS, "")).await.expect_err("refused").replace(&ground.schema, "bank"),
        );
    }
    let help = "\nhelp: correct the data, or declare the type that it really has";
    assert!(told.iter().all(|told| told.ends_with(help)), "{told:?}");
    assert_snapshot!(told.join("\n").replace(help, ""), @r"
    FC-1007 bank.everything (id = 4711): column `amount`: `NaN` is not a decimal(38,10)
    FC-1007 bank.everything (id = 4711): column `free`: `Infinity` is not a decimal(9,2)
    FC-1007 bank.everything (id = 4711): column `free`: `0.005` is not a decimal(9,2) (more than 2 digits behind the point)
    FC-1007 bank.everything (id = 4711): column `free`: `12345678` is not a decimal(9,2) (out of range)
    FC-1007 bank.everything (id = 4711): column `ratio`: `NaN` is not a number
    FC-1007 bank.everything (id = 4711): column `day`: `infinity` is not a date `yyyy-MM-dd`
    FC-1007 bank.everything (id = 4711): column `day`: `0044-03-15 BC` is not a date `yyyy-MM-dd`
    FC-1007 bank.everything (id = 4711): column `instant`: `-infinity` is not a timestamp `yyyy-MM-ddTHH:mm:ss`
    FC-1007 bank.everything (id = 4711): column `instant`: `10000-01-01 00:00:00` is not a timestamp `yyyy-MM-ddTHH:mm:ss`
    FC-1007 bank.everything (id = 4711): column `clock`: `24:00:00` is not a time of day `HH:mm:ss`
    ");

    ground.run("TRUNCATE everything; INSERT INTO everything (id) VALUES (7)").await;
    let required =
        COLUMNS.replace("name: mood, logicalType: string", "name: mood, logicalType: string, required: true");
    let told = read(&ground.input("everything", &required, "")).await.expect_err("refused");
    assert_snapshot!(told.replace(&ground.schema, "bank"), @r"
    FC-1007 bank.everything (id = 7): column `mood` is required and has no value
    help: correct the data, or declare the column without `required`
    ");

    ground.run("UPDATE everything SET amount = 'NaN'").await;
    let secret = COLUMNS.replace("primaryKey: true,", "classification: restricted, primaryKey: true,");
    let told = read(&ground.input("everything", &secret, "")).await.expect_err("refused");
    assert!(told.contains("(id = (restricted))"), "{told}");
    // The key is not asked for, so the row is named by its place.
    let opened = open(&ground.input("everything", COLUMNS, ""), None).await.expect("a table");
    let session = crate::support::session();
    let amounts = session.read_table(opened.table).expect("a table").select_columns(&["amount"]).expect("a column");
    let error = amounts.collect().await.expect_err("refused").to_string();
    assert!(error.contains("everything, row 1 as read: column `amount`"), "{error}");
}
