//! Contracts drafted from values: what is told, and that the draft is a contract without warning.

use mesh_contract::Contract;
use mesh_contract::infer::{Draft, File, Origin, TableProfile, Written, draft};
use proptest::prelude::*;

fn profile(header: &[&str], rows: &[Vec<String>]) -> TableProfile {
    let mut profile = TableProfile::new(header.iter().map(|name| ((*name).to_owned(), Written::Text)));
    for row in rows {
        profile.rows += 1;
        for (column, value) in profile.columns.iter_mut().zip(row) {
            column.observe(Some(value));
        }
    }
    profile
}

fn drafted(profile: &TableProfile) -> String {
    let input = Some(Origin::File(File { path: "sample/accounts.csv", format: "csv", delimiter: Some(';') }));
    let text = draft(
        profile,
        &Draft { domain: "deposits", name: "accounts", origin: "`accounts.csv`", input, currency: Some("EUR") },
    )
    .unwrap();
    let (contract, report) = Contract::lint("accounts.odcs.yaml", &text);
    assert!(contract.is_some() && report.is_empty(), "{report}");
    text
}

#[expect(clippy::indexing_slicing, reason = "the remainder is within the list")]
fn accounts() -> TableProfile {
    let rows: Vec<Vec<String>> = (1..=60_u32)
        .map(|row| {
            let cells = [
                row.to_string(),
                format!("0{row:04}"),
                format!("{}.{:02}", row * 17, row % 100),
                if row % 7 == 0 { "N/A".to_owned() } else { format!("0.{row:03}") },
                if row % 9 == 0 { "-".to_owned() } else { format!("{:02}.{:02}.2024", row % 28 + 1, row % 12 + 1) },
                ["current", "savings", "None"][row as usize % 3].to_owned(),
                ["yes", "no"][row as usize % 2].to_owned(),
                format!("customer{row}@bank.example"),
                ["NJ", "HI", "WI", "NY", "CA", "TX", "OH", "FL", "PA"][row as usize % 9].to_owned(),
                format!("0.{}", u64::from(row) * 7_919_777_777_777),
                String::new(),
                format!("{}", row % 3),
                "x".to_owned(),
            ];
            cells.to_vec()
        })
        .collect();
    let header = [
        "accountId",
        "branch",
        "Balance",
        "growth",
        "opened",
        "kind",
        "active",
        "contact",
        "state",
        "noise",
        "empty",
        "tier",
        "",
    ];
    profile(&header, &rows)
}

#[test]
fn a_table_is_drafted_as_its_values_show() {
    insta::assert_snapshot!(drafted(&accounts()));
}

#[test]
fn words_that_are_values_after_all_count_in_every_respect() {
    let rows: Vec<Vec<String>> = (0..40_u8)
        .map(|row| vec![if row == 7 { "NaN".to_owned() } else { char::from(b'0' + row).to_string() }])
        .collect();
    let found = profile(&["sign"], &rows).findings();
    assert_eq!((found[0].lengths, found[0].nulls, found[0].distinct), (Some((1, 3)), 0, Some(40)));
}

#[test]
fn a_name_that_cannot_be_one_is_reported() {
    let report = draft(
        &accounts(),
        &Draft { domain: "No Domain", name: "accounts", origin: "a file", input: None, currency: None },
    )
    .unwrap_err();
    assert!(report.to_string().contains("FC-0012"), "{report}");
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>().prop_map(|value| value.to_string()),
        (0_u32..100_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100)),
        "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
        prop::sample::select(vec!["", "N/A", "NA", "-", "yes", "no", "true", "007", "+49 30 12345678", "1e5", "NULL"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_table_has_a_draft_without_warning(
        header in prop::collection::vec("\\PC{0,12}|[a-zA-Z_ ]{1,10}|amount|Rate", 1..5),
        rows in prop::collection::vec(prop::collection::vec(cell(), 5), 0..40),
        same in prop::collection::vec(any::<bool>(), 5),
    ) {
        prop_assume!(header.iter().any(|name| mesh_contract::infer::identifier(name).is_some()));
        let names: Vec<&str> = header.iter().map(String::as_str).collect();
        let mut rows = rows;
        // Some columns repeat one value, so that numbers and dates come through unbroken.
        for at in 0..rows.len() {
            for (column, same) in same.iter().enumerate() {
                if *same && at > 0 {
                    rows[at][column] = rows[0][column].clone();
                }
            }
        }
        drafted(&profile(&names, &rows));
    }
}
