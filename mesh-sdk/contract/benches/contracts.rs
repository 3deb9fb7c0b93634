//! What an editor waits for: lint and diff of wide contracts.

#![expect(clippy::expect_used, clippy::panic, reason = "a benchmark of a broken contract should say so and end")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use mesh_contract::diff::{Revision, diff};
use mesh_contract::gate::{Date, Gate};

/// The allocator of the `fince` binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Columns of the contract; the widest tables of a bank have about as many.
const COLUMNS: usize = 500;

/// A contract that keeps every rule of the gate, with a unit, limits and a quality rule for every column.
fn wide(columns: usize) -> String {
    let mut text = String::from(
        "apiVersion: v3.1.0
kind: DataContract
id: urn:bank:lending:wide
version: 1.0.0
status: active
domain: lending
description: {purpose: Measure, limitations: Measure nothing else}
team: {members: [{username: lena@bank.example, role: owner}]}
support: [{channel: lending, url: 'mailto:lending@bank.example'}]
slaProperties:
  - {property: latency, value: 1, unit: d}
  - {property: retention, value: 10, unit: y}
schema:
  - name: wide
    description: Many columns
    dataGranularityDescription: one row a measurement
    properties:
",
    );
    for index in 0..columns {
        let key = if index == 0 { "        primaryKey: true\n        primaryKeyPosition: 1\n" } else { "" };
        write!(
            text,
            "      - name: column_{index}
        description: The amount of number {index}
        logicalType: number
        physicalType: decimal(18,2)
        required: true
{key}        classification: confidential
        criticalDataElement: true
        logicalTypeOptions: {{minimum: 0, maximum: {index}0000}}
        quality:
          - {{metric: nullValues, dimension: completeness, mustBe: 0}}
        customProperties:
          - {{property: unit, value: EUR}}
          - {{property: gdprCategory, value: financial}}
"
        )
        .expect("a text takes it");
    }
    text.replace("maximum: 00000", "maximum: 10000")
}

fn lint(criterion: &mut Criterion) {
    let text = wide(COLUMNS);
    let gate = Gate::new(Date::new(2026, 11, 22).expect("a day"));
    let (contract, report) = gate.lint(&[("wide.odcs.yaml", &text)]).remove(0);
    assert!(contract.is_some() && report.is_empty(), "{report}");
    let mut group = criterion.benchmark_group("contracts");
    group.bench_function(format!("lint of {COLUMNS} columns, {} KiB", text.len() >> 10), |bencher| {
        bencher.iter(|| black_box(gate.lint(black_box(&[("wide.odcs.yaml", &text)]))));
    });
    group.finish();
}

/// The same contract a version later: a column gone, another narrower, a service level weaker.
fn compare(criterion: &mut Criterion) {
    let old = wide(COLUMNS);
    let new = old
        .replacen("name: column_7\n", "name: column_seven\n", 1)
        .replacen("decimal(18,2)", "decimal(16,2)", 1)
        .replacen("latency, value: 1,", "latency, value: 2,", 1);
    let revision = |text: &str| Revision::parse("wide.odcs.yaml", text).unwrap_or_else(|report| panic!("{report}"));
    let (old, new) = (revision(&old), revision(&new));
    assert_eq!(diff(&old, &new).len(), 3);
    criterion.bench_function(&format!("diff of two contracts of {COLUMNS} columns"), |bencher| {
        bencher.iter(|| black_box(diff(black_box(&old), black_box(&new))));
    });
}

criterion_group!(contracts, lint, compare);
criterion_main!(contracts);
