//! What goes over the wire: what the server is asked, how fast rows are taken, and under which protection.

use std::time::Duration;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use insta::assert_snapshot;

use super::ground::{Ground, open};
use crate::support::{session, table};

const NUMBERS: &str = "      - { name: id, logicalType: integer, required: true }
      - { name: amount, logicalType: number, physicalType: 'decimal(18,2)' }
      - { name: code, logicalType: string }
      - { name: clock, logicalType: time }
      - { name: note, logicalType: string }
";

async fn ground() -> Option<Ground> {
    let ground = Ground::new().await?;
    ground
        .run(
            "CREATE TABLE numbers AS SELECT i::bigint AS id, (i * 1.25)::numeric(18,2) AS amount,
                 (CASE i % 2 WHEN 0 THEN 'EUR' ELSE 'CHF' END)::char(5) AS code, '10:00'::time AS clock,
                 repeat('x', 100) AS note
             FROM generate_series(1, 200000) AS i",
        )
        .await;
    Some(ground)
}

async fn query(ground: &Ground, sql: &str) -> DataFrame {
    let session = session();
    let opened = open(&ground.input("numbers", NUMBERS, ""), None).await.expect("a table");
    session.register_table("numbers", opened.table).expect("a table");
    session.sql(sql).await.expect("a plan")
}

/// What the server is asked while the rows of a query come.
async fn asked(ground: &Ground, sql: &str) -> String {
    let mut rows = query(ground, sql).await.execute_stream().await.expect("a stream");
    rows.next().await.expect("a batch").expect("rows");
    let asked = format!(
        "SELECT query FROM pg_stat_activity WHERE application_name = '{}' AND query LIKE 'COPY%'",
        ground.schema
    );
    ground.ask(&asked).await.expect("a reader").replace(&ground.schema, "bank")
}

#[tokio::test]
async fn columns_conditions_and_limits_travel() {
    let Some(ground) = ground().await else { return };
    let asked = [
        asked(&ground, "SELECT id FROM numbers").await,
        asked(&ground, "SELECT note, id FROM numbers WHERE amount >= 10.00 AND code = 'EUR' LIMIT 150000").await,
        // Arithmetic, order of text and times stay here.
        asked(&ground, "SELECT id FROM numbers WHERE id + 0 > 5 AND code > 'A' AND clock = '10:00:00'").await,
    ];
    assert_snapshot!(asked.join("\n"), @r#"
    COPY (SELECT "id" FROM (SELECT "id" AS "id", "amount" AS "amount", "code"::pg_catalog.text AS "code", "clock" AS "clock", "note" AS "note" FROM "bank"."numbers") AS "source") TO STDOUT
    COPY (SELECT "id", "note" FROM (SELECT "id" AS "id", "amount" AS "amount", "code"::pg_catalog.text AS "code", "clock" AS "clock", "note" AS "note" FROM "bank"."numbers") AS "source" WHERE (("amount" >= CAST('10.00' AS DECIMAL(18,2)))) AND (("code" = 'EUR')) LIMIT 150000) TO STDOUT
    COPY (SELECT "id", "code", "clock" FROM (SELECT "id" AS "id", "amount" AS "amount", "code"::pg_catalog.text AS "code", "clock" AS "clock", "note" AS "note" FROM "bank"."numbers") AS "source") TO STDOUT
    "#);
    let found = query(
        &ground,
        "SELECT id, amount, code FROM numbers WHERE code = 'EUR' AND amount <= 7.5 AND upper(code) = 'EUR'",
    )
    .await;
    assert_snapshot!(table(&found.collect().await.expect("rows")), @r"
    +----+--------+------+
    | id | amount | code |
    +----+--------+------+
    | 2  | 2.50   | EUR  |
    | 4  | 5.00   | EUR  |
    | 6  | 7.50   | EUR  |
    +----+--------+------+
    ");
    let count = query(&ground, "SELECT count(*) AS rows FROM numbers WHERE code <> 'EUR'").await;
    assert_snapshot!(table(&count.collect().await.expect("rows")), @r"
    +--------+
    | rows   |
    +--------+
    | 100000 |
    +--------+
    ");
}

#[tokio::test]
async fn many_rows_stream_and_a_reader_that_leaves_ends_the_work() {
    let Some(ground) = ground().await else { return };
    let mut rows = query(&ground, "SELECT id, note FROM numbers").await.execute_stream().await.expect("a stream");
    let (mut count, mut sum, mut most) = (0, 0, 0);
    while let Some(batch) = rows.next().await {
        let batch = batch.expect("rows");
        most = most.max(batch.num_rows());
        count += batch.num_rows();
        sum += batch.column(0).as_primitive::<Int64Type>().values().iter().sum::<i64>();
    }
    assert_eq!((count, sum), (200_000, 200_000 * 200_001 / 2));
    assert!(most <= 8_192, "{most} rows in a batch");

    let mut rows = query(&ground, "SELECT id, note FROM numbers").await.execute_stream().await.expect("a stream");
    rows.next().await.expect("a batch").expect("rows");
    tokio::time::sleep(Duration::from_millis(300)).await;
    // 20 MB do not wait in this process: the server is held up until they are asked for.
    assert_eq!(ground.readers().await, "1");
    drop(rows);
    for _ in 0..100 {
        if ground.readers().await == "0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server still works for a reader that has left");
}

#[tokio::test]
async fn a_table_read_twice_is_one_snapshot() {
    let Some(ground) = ground().await else { return };
    let rows =
        query(&ground, "SELECT (SELECT count(*) FROM numbers) AS a, (SELECT count(*) FROM numbers WHERE id > 0) AS b")
            .await;
    ground.run("DELETE FROM numbers WHERE id > 10").await;
    assert_snapshot!(table(&rows.collect().await.expect("rows")), @r"
    +--------+--------+
    | a      | b      |
    +--------+--------+
    | 200000 | 200000 |
    +--------+--------+
    ");
}

#[tokio::test]
async fn sslmode_decides_on_encryption_and_trust() {
    let Some(ground) = Ground::new().await else { return };
    ground.run("CREATE VIEW encrypted AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").await;
    let input = |parameters: &str| {
        ground
            .input("encrypted", "      - { name: ssl, logicalType: boolean }\n", "")
            .with_database(ground.url(parameters))
    };
    let read = async |parameters: &str| match crate::support::read(&input(parameters)).await {
        Ok(batches) => batches[0].column(0).as_boolean().value(0).to_string(),
        Err(told) => told.lines().next().unwrap_or_default().split(": ").skip(1).collect::<Vec<_>>().join(": "),
    };
    assert_eq!(read("&sslmode=disable").await, "false");
    assert_eq!(read("&sslmode=require").await, "true");
    assert_eq!(read("").await, "true");
    // The server's certificate is signed by itself, so it is its own authority.
    let own = ground.ask("SHOW ssl_cert_file").await.expect("a file");
    assert_eq!(read(&format!("&sslmode=verify-full&sslrootcert={own}")).await, "true");
    let folder = tempfile::TempDir::new().expect("a folder");
    let other = folder.path().join("other.pem");
    std::fs::write(&other, OTHER_AUTHORITY).expect("a file");
    let told = read(&format!("&sslmode=verify-full&sslrootcert={}", other.display())).await;
    assert!(told.contains("refuses") && told.contains("UnknownIssuer"), "{told}");
    let told = read("&sslmode=verify-full&sslrootcert=/nowhere.pem").await;
    assert!(told.contains("`sslrootcert` /nowhere.pem"), "{told}");
}

/// An authority that signed nothing here (P-256, made for this test).
const OTHER_AUTHORITY: &str = "-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUCf+ZupCoPZJvO7M3w6ClqOPzRjkwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyMzAzMTgyNloYDzIxMjYxMDMwMDMx
ODI2WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATP/3UU7w/CU2IS3mfuCNeiyt4lHdMmzmjGwCHeChNHZNCXYbJRUS837D3HC2B5
9Yk95y0hMq6fg+PudughZYWso1MwUTAdBgNVHQ4EFgQUR830ol/3fsvU8DOTbmuV
TZ29GRwwHwYDVR0jBBgwFoAUR830ol/3fsvU8DOTbmuVTZ29GRwwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAsNZb+Kuq0srRLGUWU914ahvgw2TB
O53VKSqiq+QWcDkCIBPwCLIDcVuOlzgS9JxHJatUzZfNoW8CpQY4U9TALD5m
-----END CERTIFICATE-----
";
