//! Events in any order, once or more often, one by one or many at once, make the same graph.

use std::collections::BTreeSet;

use mesh_api::LineageDirection;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::lineage::{event, of_table, shown, table};
use crate::server::{Ground, Server};

const KINDS: [&str; 5] = ["START", "RUNNING", "COMPLETE", "FAIL", "ABORT"];

/// Events of three runs of one job, in which times, states, inputs and column lineage may be anything.
fn events() -> impl Strategy<Value = Vec<Value>> {
    let one = (1_u8..4, 0..KINDS.len(), 0_i64..6, prop::sample::subsequence(vec!["a", "b"], 0..=2), 0_usize..4);
    let one = one.prop_map(|(run, kind, minute, inputs, output)| {
        let outputs = match output {
            0 => json!([]),
            1 => json!([table("t", &[("c", "a", "x")])]),
            2 => json!([table("t", &[("c", "a", "y"), ("c", "b", "z")])]),
            _ => json!([{"namespace": "dwh", "name": "t"}]),
        };
        event("j", run, KINDS[kind], minute, &inputs, outputs)
    });
    prop::collection::vec(one, 1..9)
}

/// The graph of `t` and of its column now and at two times before; nothing where it is not known.
async fn graphs(server: &Server) -> Vec<Option<BTreeSet<String>>> {
    let mut graphs = Vec::new();
    for column in [None, Some("c")] {
        for minute in [None, Some(1), Some(3)] {
            let mut query = of_table("t", column, LineageDirection::Upstream);
            query.as_of = minute
                .map(|minute| crate::server::now() + chrono::TimeDelta::minutes(minute) - chrono::TimeDelta::hours(3));
            graphs.push(server.omar().lineage(&query).await.ok().map(|answer| shown(&answer)));
        }
    }
    graphs
}

async fn told(batches: &[Vec<Value>]) -> Vec<Option<BTreeSet<String>>> {
    let server = Ground::sqlite().start().await;
    let spark = server.client("spark", &[]);
    for batch in batches {
        let taken = spark.tell_all(batch).await.expect("taken");
        assert_eq!(taken.summary.failed, 0, "{:?}", taken.failed_events);
    }
    graphs(&server).await
}

#[test]
fn neither_order_nor_repetition_nor_batches_matter() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut runner = TestRunner::new(Config { cases: 5, ..Config::default() });
    let cases = (events(), any::<u64>(), 1_usize..5);
    runner
        .run(&cases, |(events, seed, size)| {
            let in_order = vec![events.clone()];
            let mut scrambled: Vec<Value> = events.iter().chain(&events).cloned().collect();
            let mut places: Vec<usize> = (0..scrambled.len()).collect();
            places.sort_by_key(|place| (*place as u64 + 1).wrapping_mul(seed | 1).rotate_left(23));
            scrambled = places.into_iter().map(|place| scrambled[place].clone()).collect();
            let batches: Vec<Vec<Value>> = scrambled.chunks(size).map(<[Value]>::to_vec).collect();
            let (once, again) = runtime.block_on(async { (told(&in_order).await, told(&batches).await) });
            prop_assert_eq!(once, again);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
