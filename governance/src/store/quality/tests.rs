use mesh_lineage::event::{RunEvent, Schema, Statistics, TestedRule};
use mesh_lineage::{Ended, PortRun as Told};

use super::*;
use crate::store::database::{Database, sqlite_url};

fn loans() -> PortVersion {
    PortVersion { name: "lending.loans".parse().expect("a name"), major: 1 }
}

/// The event that ends a run at this second; `held` says of each rule whether it held, `None` is a run that failed early.
fn ended(run: &str, second: i64, held: Option<&[(&str, bool)]>) -> RunEvent {
    let port = loans();
    let told = Told {
        namespace: "mesh",
        port: &port,
        run,
        started_at: DateTime::UNIX_EPOCH,
        due_at: None,
        sql: None,
        engine_version: None,
        schema: Schema::default(),
        lineage: None,
        inputs: Vec::new(),
    };
    let rule = |(name, success): &(&str, bool)| TestedRule {
        assertion: "sql".into(),
        name: Some((*name).to_owned()),
        success: *success,
        ..TestedRule::default()
    };
    let outcome = match held {
        None => Ended::Failed { message: "no input".into(), rules: vec![] },
        Some(held) if held.iter().all(|(_, held)| *held) => Ended::Committed {
            version: second.unsigned_abs(),
            written: Statistics::default(),
            rules: held.iter().map(rule).collect(),
        },
        Some(held) => Ended::Failed { message: "rules broke".into(), rules: held.iter().map(rule).collect() },
    };
    told.ended(DateTime::from_timestamp(second, 0).expect("a time"), &outcome)
}

async fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let database = Database::open(&sqlite_url(&folder.path().join("g.db"))).await.expect("opens");
    (Store::new(database), folder)
}

async fn tell(store: &Store, event: &RunEvent) {
    let mut transaction = store.database.write().await.expect("a transaction");
    let event = serde_json::to_string(event).expect("json");
    record(&mut transaction, &event, 1, &Affected::new()).await.expect("recorded");
    store.database.commit(transaction).await.expect("committed");
}

async fn happened(store: &Store) -> Vec<String> {
    let events = store.events(0, 100).await.expect("events").into_iter();
    events
        .map(|stored| format!("{} {}", stored.event.kind.as_str(), stored.event.data.rule.unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn a_rule_that_breaks_and_holds_again_is_news_once_each() {
    let (store, _folder) = store().await;
    for event in [
        ended("a", 10, Some(&[("whole", true), ("unique", true)])),
        ended("b", 20, Some(&[("whole", false), ("unique", true)])),
        ended("c", 30, Some(&[("whole", false), ("unique", true)])),
        ended("d", 40, None),
        ended("e", 50, Some(&[("whole", true), ("unique", true)])),
    ] {
        tell(&store, &event).await;
        // Events may come twice.
        tell(&store, &event).await;
    }
    let expected = ["port.published ", "quality.failed whole", "port.published ", "quality.recovered whole"];
    assert_eq!(happened(&store).await, expected);

    let runs = store.runs(&loans(), DateTime::UNIX_EPOCH).await.expect("runs");
    let states: Vec<_> = runs.iter().map(|run| run.state.as_str()).collect();
    assert_eq!(states, ["complete", "failed", "failed", "failed", "complete"]);
    assert_eq!(store.last_run(&loans()).await.expect("read").expect("a run").snapshot.as_deref(), Some("50"));
    assert_eq!(store.checks(&loans(), DateTime::UNIX_EPOCH).await.expect("counts"), (8, 6));
    let last = store.last_results(&loans()).await.expect("results");
    assert_eq!(
        last.iter().map(|result| (result.rule.as_str(), result.held)).collect::<Vec<_>>(),
        [("unique", true), ("whole", true)]
    );
}

#[tokio::test]
async fn what_arrives_late_is_kept_and_is_no_news() {
    let (store, _folder) = store().await;
    tell(&store, &ended("b", 20, Some(&[("whole", true)]))).await;
    tell(&store, &ended("a", 10, Some(&[("whole", false)]))).await;
    assert_eq!(happened(&store).await, ["port.published "]);
    let results = store.results(&loans(), Some("whole"), None, 10).await.expect("results");
    assert_eq!(results.iter().map(|result| result.held).collect::<Vec<_>>(), [true, false]);
    let first = &results[0];
    let after = (first.at, first.run.clone(), first.rule.clone());
    assert_eq!(store.results(&loans(), None, Some(&after), 10).await.expect("results"), results[1..]);
}
