//! The bank's contracts in every form; the tests in `tests/python` have each form read by its own tool.

use std::path::Path;

use mesh_contract::{Contract, arrow, export};

fn contract(port: &str) -> Contract {
    let file = format!("contracts/lending/{port}.v1.odcs.yaml");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&file)).unwrap();
    Contract::parse(&file, &text).unwrap()
}

#[test]
fn a_port_in_every_form() {
    let contract = contract("repayment_schedules");
    let object = export::one_object(&contract, None).unwrap();
    insta::assert_snapshot!("arrow_json", format!("{:#}", export::arrow_json(&arrow::schema(&contract, object))));
    insta::assert_snapshot!("delta", format!("{:#}", export::delta(object)));
    insta::assert_snapshot!("json_schema", format!("{:#}", export::json_schema(&contract, object)));
    insta::assert_snapshot!("ddl_postgres", export::ddl(&contract, export::Dialect::Postgres));
    insta::assert_snapshot!("ddl_duckdb", export::ddl(&contract, export::Dialect::DuckDb));
    insta::assert_snapshot!("markdown", export::markdown(&contract));
    insta::assert_snapshot!("html", export::html(&contract));
}

#[test]
fn the_larger_ports_as_tables_and_pages() {
    for port in ["loans", "mortgages"] {
        let contract = contract(port);
        insta::assert_snapshot!(format!("{port}_ddl_postgres"), export::ddl(&contract, export::Dialect::Postgres));
        insta::assert_snapshot!(format!("{port}_markdown"), export::markdown(&contract));
    }
}

#[test]
fn hostile_text_stays_text_in_every_form() {
    let hostile = "\"<svg onload=alert(1)>'; DROP TABLE x; --\\n\\u2028| `x` [y](javascript:z)\"";
    let text = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: urn:test:hostile\nname: {hostile}\nversion: 1.0.0\nstatus: active\n\
         domain: test\ndescription: {{purpose: {hostile}}}\nschema:\n  - name: things\n    description: {hostile}\n    \
         properties:\n      - {{name: a, logicalType: string, description: {hostile}}}\n\
         support:\n  - {{channel: c, url: 'javascript:alert(1)'}}\n"
    );
    let contract = Contract::parse("hostile.odcs.yaml", &text).unwrap_or_else(|report| panic!("{report}"));
    let html = export::html(&contract);
    assert!(!html.contains("<svg") && !html.contains("href=\"javascript"), "{html}");
    let markdown = export::markdown(&contract);
    assert!(!markdown.contains("<svg") && markdown.contains("\\[y\\](javascript"), "{markdown}");
    for dialect in [export::Dialect::Postgres, export::Dialect::DuckDb] {
        let sql = export::ddl(&contract, dialect);
        assert!(sql.contains("COMMENT ON TABLE") && sql.contains("''; DROP TABLE x"), "{sql}");
    }
}

#[test]
fn a_form_of_one_table_asks_which() {
    let text = "apiVersion: v3.1.0\nkind: DataContract\nid: urn:test:two\nversion: 1.0.0\nstatus: active\ndomain: test\n\
                schema:\n  - {name: a, properties: [{name: x, logicalType: string}]}\n  \
                - {name: b, properties: [{name: x, logicalType: string}]}\n";
    let contract = Contract::parse("two.odcs.yaml", text).unwrap_or_else(|report| panic!("{report}"));
    let error = export::one_object(&contract, None).unwrap_err();
    assert_eq!(
        format!("{} {error}; {}", error.code(), error.help()),
        "FC-0151 this form describes one table, and the contract has 2; name one of its tables: `a`, `b`"
    );
    assert_eq!(export::one_object(&contract, Some("b")).unwrap().name, "b");
    assert!(export::one_object(&contract, Some("c")).is_err());
}
