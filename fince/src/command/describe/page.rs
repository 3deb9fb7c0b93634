//! The description as people read it.

use std::fmt::Write as _;

use super::facts::{Check, Column, Facts};
use crate::output::{Paint, one_line};
use crate::table::{Lean, Table};

/// The page, without a last line end.
pub(super) fn render(facts: &Facts, paint: Paint) -> String {
    let mut text = format!(
        "{} {} ({}){}\n",
        paint.bold(&facts.port),
        facts.version,
        facts.status.as_str(),
        facts.name.as_deref().map(|name| format!(": {}", one_line(name))).unwrap_or_default()
    );
    let mut fact = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "{} {}", paint.dim(&format!("{name:<12}")), one_line(&value));
        }
    };
    fact("holds", facts.holds.as_deref());
    fact("granularity", facts.granularity.as_deref());
    fact("purpose", facts.purpose.as_deref());
    fact("usage", facts.usage.as_deref());
    fact("limitations", facts.limitations.as_deref());
    fact("owner", facts.owner.as_deref());
    fact("support", Some(&facts.support.join(", ")));
    fact("primary key", Some(&facts.primary_key.join(", ")));
    fact("contract", Some(&format!("{} {}", facts.contract, facts.hash)));
    fact("endpoint", facts.endpoint.as_deref());
    let _ = write!(text, "\n{}\n", columns(&facts.columns, paint));
    if !facts.checks.is_empty() {
        let _ = write!(text, "\n{}\n{}\n", paint.bold("Checked before every publish"), checks(&facts.checks, paint));
    }
    if !facts.service_levels.is_empty() {
        let _ = write!(text, "\n{}\n{}\n", paint.bold("Service levels"), levels(facts, paint));
    }
    let _ = write!(text, "\n{}\n{}", paint.bold("Query it"), snippets(facts));
    text
}

fn columns(columns: &[Column], paint: Paint) -> String {
    let mut table =
        Table::new(["column", "type", "null", "unit", "classification", "description"].map(|name| (name, Lean::Left)))
            .open_end();
    for column in columns {
        let classification = column.classification.map(|level| format!("{level:?}").to_lowercase());
        table.row([
            column.name.as_str(),
            &column.data_type,
            if column.required { "no" } else { "yes" },
            column.unit.as_deref().unwrap_or_default(),
            classification.as_deref().unwrap_or_default(),
            column.description.as_deref().unwrap_or_default(),
        ]);
    }
    table.render(paint)
}

fn checks(checks: &[Check], paint: Paint) -> String {
    let mut table = Table::new(["check", "column", "rule", "why"].map(|name| (name, Lean::Left))).open_end();
    for check in checks {
        let why = check.description.as_deref().unwrap_or_default();
        table.row([&check.name, check.column.as_deref().unwrap_or_default(), &check.rule, why]);
    }
    table.render(paint)
}

fn levels(facts: &Facts, paint: Paint) -> String {
    let mut table = Table::new(["property", "value", "of"].map(|name| (name, Lean::Left)));
    for level in &facts.service_levels {
        let value = level.value.as_str().map_or_else(|| level.value.to_string(), str::to_owned);
        let unit = level.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
        table.row([&level.property, &format!("{value}{unit}"), level.element.as_deref().unwrap_or_default()]);
    }
    table.render(paint)
}

fn snippets(facts: &Facts) -> String {
    let port = &facts.port;
    let mut text = format!("  fince sql --as omar 'SELECT * FROM {port} LIMIT 10'");
    if let Some(endpoint) = &facts.endpoint {
        let grpc = endpoint.replacen("http://", "grpc://", 1);
        let grpc = grpc.trim_end_matches('/');
        let _ = write!(
            text,
            "\n\n  import adbc_driver_flightsql.dbapi as flight\n  \
             with flight.connect(\"{grpc}\", db_kwargs={{\"username\": \"omar\", \"password\": \"omar\"}}) as connection:\n      \
             cursor = connection.cursor()\n      \
             cursor.execute(\"SELECT * FROM {port} LIMIT 10\")\n      \
             print(cursor.fetch_arrow_table())"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use mesh_api::RegistrationStatus;
    use mesh_contract::model::Classification;

    #[test]
    fn the_page_says_what_a_consumer_needs() {
        let facts = Facts {
            port: "lending.loans".into(),
            version: "1.0.0".into(),
            status: RegistrationStatus::Active,
            contract: "urn:loans".into(),
            hash: "sha256:00".into(),
            name: Some("Loans".into()),
            holds: Some("Loans\n  granted".into()),
            granularity: None,
            purpose: None,
            usage: None,
            limitations: None,
            owner: Some("lena".into()),
            support: vec![],
            endpoint: Some("http://127.0.0.1:8461/".into()),
            primary_key: vec!["loan_id".into()],
            columns: vec![Column {
                name: "balance".into(),
                data_type: "decimal(18,2)".into(),
                unit: Some("USD".into()),
                required: true,
                unique: false,
                classification: Some(Classification::Confidential),
                description: Some("What is still owed".into()),
            }],
            checks: vec![],
            service_levels: vec![],
        };
        insta::assert_snapshot!(render(&facts, Paint(false)), @r#"
        lending.loans 1.0.0 (active): Loans
        holds        Loans granted
        owner        lena
        primary key  loan_id
        contract     urn:loans sha256:00
        endpoint     http://127.0.0.1:8461/

        column   type           null  unit  classification  description
        ───────  ─────────────  ────  ────  ──────────────  ──────────────────
        balance  decimal(18,2)  no    USD   confidential    What is still owed

        Query it
          fince sql --as omar 'SELECT * FROM lending.loans LIMIT 10'

          import adbc_driver_flightsql.dbapi as flight
          with flight.connect("grpc://127.0.0.1:8461", db_kwargs={"username": "omar", "password": "omar"}) as connection:
              cursor = connection.cursor()
              cursor.execute("SELECT * FROM lending.loans LIMIT 10")
              print(cursor.fetch_arrow_table())
        "#);
    }
}
