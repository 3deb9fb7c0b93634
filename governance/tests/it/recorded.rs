//! Events of other producers, as they send them.

use std::collections::BTreeSet;

use mesh_api::{LineageDirection, LineageQuery};
use serde_json::Value;

use crate::lineage::shown;
use crate::server::{Server, on_each_database};

const SPARK: &str = include_str!("../openlineage/spark.json");
const DBT: &str = include_str!("../openlineage/dbt.json");
const PYTHON: &str = include_str!("../openlineage/python.json");

fn events(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a list of events")
}

async fn upstream(server: &Server, namespace: &str, dataset: &str, column: Option<&str>) -> BTreeSet<String> {
    let query = LineageQuery {
        namespace: Some(namespace.into()),
        dataset: Some(dataset.into()),
        column: column.map(Into::into),
        direction: LineageDirection::Upstream,
        ..LineageQuery::default()
    };
    shown(&server.omar().lineage(&query).await.expect("the graph"))
}

#[tokio::test]
async fn every_event_of_spark_and_dbt_is_taken_and_most_say_something() {
    on_each_database(async |server| {
        let spark = server.client("spark", &[]);
        for event in events(SPARK) {
            assert!(spark.tell(&event).await.unwrap_or_else(|error| panic!("{error}: {event}")).new);
        }
        let dbt = events(DBT);
        let taken = server.client("dbt", &[]).tell_all(&dbt).await.expect("taken");
        assert_eq!((taken.summary.successful, taken.failed_events), (dbt.len(), vec![]));

        // Spark names what it read in the START only, and in the column lineage.
        let target = upstream(&server, "file", "/tmp/iceberg/default/target", Some("a")).await;
        assert!(
            target.contains("/tmp/iceberg/default/source1.a -> /tmp/iceberg/default/target.a Observed"),
            "{target:?}"
        );
        // Kafka's topic is written from nothing known, and dbt's models hang together.
        assert!(upstream(&server, "kafka://kafka-cluster-prod:9092", "topic1", None).await.is_empty());
        let customers = upstream(&server, "postgres://postgres:5432", "postgres.public.customers", None).await;
        let expected = [
            "postgres.public.raw_customers -> postgres.public.stg_customers Observed",
            "postgres.public.raw_orders -> postgres.public.stg_orders Observed",
            "postgres.public.raw_payments -> postgres.public.stg_payments Observed",
            "postgres.public.stg_customers -> postgres.public.customers Observed",
            "postgres.public.stg_orders -> postgres.public.customers Observed",
            "postgres.public.stg_payments -> postgres.public.customers Observed",
        ];
        assert_eq!(customers, expected.iter().map(|edge| (*edge).to_owned()).collect());
    })
    .await;
}

#[tokio::test]
async fn what_the_python_client_sends_is_taken() {
    on_each_database(async |server| {
        let airflow = server.client("airflow", &[]);
        for event in events(PYTHON) {
            assert!(airflow.tell(&event).await.expect("taken").new);
        }
        let total = upstream(&server, "postgres://dwh:5432", "risk.daily", Some("total")).await;
        assert_eq!(total, BTreeSet::from(["lending.loans_v1.amount -> risk.daily.total Observed".to_owned()]));
    })
    .await;
}

#[tokio::test]
async fn all_that_was_sent_makes_the_same_graph_backwards_and_twice() {
    on_each_database(async |server| {
        let spark = server.client("spark", &[]);
        let mut backwards = events(DBT);
        backwards.reverse();
        for events in [&backwards[..], &backwards[..7], &backwards] {
            spark.tell_all(events).await.expect("taken");
        }
        let query = LineageQuery {
            namespace: Some("postgres://postgres:5432".into()),
            dataset: Some("postgres.public.stg_orders".into()),
            ..LineageQuery::default()
        };
        let found = server.omar().lineage(&query).await.expect("the graph");
        assert_eq!(found.edges.len(), 3, "{:?}", shown(&found));
    })
    .await;
}
