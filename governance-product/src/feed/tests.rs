use std::sync::{Arc, Mutex};

use mesh_sdk::Product;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A governance that answers with these rows in pages of two, whatever else it is asked.
async fn governance(rows: Arc<Mutex<Vec<Value>>>) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let (mut head, mut buffer) = (String::new(), [0; 4096]);
            while !head.contains("\r\n\r\n") {
                let count = stream.read(&mut buffer).await.expect("a request");
                head.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
            let number = |name: &str| {
                let (_, rest) = head.lines().next()?.split_once(&format!("{name}="))?;
                rest.split(['&', ' ']).next()?.parse::<u64>().ok()
            };
            let body = page(&rows.lock().expect("rows"), number("after"), number("cursor")).to_string();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.expect("answered");
        }
    });
    Client::new(url.parse().expect("a url"), None).expect("a client")
}

/// The cursor is a place among the rows.
fn page(rows: &[Value], after: Option<u64>, cursor: Option<u64>) -> Value {
    let behind = |row: &&Value| after.is_none_or(|after| row["sequence"].as_u64().expect("a number") > after);
    let place = usize::try_from(cursor.unwrap_or_default()).expect("small");
    let rest: Vec<_> = rows.iter().filter(behind).skip(place).collect();
    let next = (rest.len() > 2).then(|| (place + 2).to_string());
    json!({"items": rest.iter().take(2).collect::<Vec<_>>(), "next": next})
}

fn record(sequence: u64, actor: &str) -> Value {
    json!({
        "sequence": sequence, "at": "2026-03-01T12:00:00Z", "actor": actor, "action": "contract.approve",
        "subject": "lending.loans 1.0.0", "detail": {"reason": "seen"}, "previous": "sha256:0", "hash": "sha256:1",
    })
}

fn port(name: &str, rules: u64) -> Value {
    json!({
        "port": name, "major": 1, "version": "1.0.0", "status": "active", "contract": "urn:c", "owners": ["lena"],
        "registered_at": "2026-03-01T12:00:00Z", "rules": rules, "rules_broken": 0,
    })
}

/// A snapshot of `port` that was made of these files.
fn made_of(port: &str, names: &[String]) -> SnapshotInfo {
    let file =
        |name: &String| json!({"name": format!("feed/{port}/{name}"), "bytes": 1, "modified": "2026-03-01T12:00:00Z"});
    let files: Vec<Value> = names.iter().map(file).collect();
    let inputs = json!([{"name": format!("input.{port}"), "kind": "files", "files": files}]);
    let info = json!({
        "version": 0, "committed_at": "2026-03-01T12:00:00Z", "run": null, "contract_version": null,
        "contract_hash": null, "rows": null, "inputs": inputs, "model": null,
    });
    serde_json::from_value(info).expect("a snapshot")
}

struct Ground {
    folder: tempfile::TempDir,
    product: Product,
    feed: Feed,
    rows: Arc<Mutex<Vec<Value>>>,
}

impl Ground {
    async fn new(rows: Vec<Value>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let product = crate::open(folder.path()).expect("a product");
        let rows = Arc::new(Mutex::new(rows));
        let feed = Feed::new(governance(Arc::clone(&rows)).await, &product.folder);
        Self { folder, product, feed, rows }
    }

    async fn bring(&self, source: Source, known: Option<&[String]>) -> Brought {
        let output = self.product.outputs.iter().find(|of| of.port.name.port() == source.port()).expect("a port");
        let newest = known.map(|known| made_of(source.port(), known));
        self.feed.bring(source, output, newest.as_ref(), false).await.expect("brought")
    }

    /// The files of a port, each with its number of lines.
    fn files(&self, source: Source) -> Vec<(String, usize)> {
        let folder = self.folder.path().join("domains/governance/feed").join(source.port());
        let mut files: Vec<_> = fs::read_dir(folder)
            .expect("listed")
            .flatten()
            .map(|entry| {
                let text = fs::read_to_string(entry.path()).expect("text");
                (entry.file_name().into_string().expect("a name"), text.lines().count())
            })
            .collect();
        files.sort();
        files
    }
}

fn span(first: u64, last: u64) -> String {
    format!("{first:020}-{last:020}.jsonl")
}

#[test]
fn a_name_tells_how_far_a_list_was_read() {
    assert_eq!(numbers(&span(11, 20)), Some((11, 20)));
    assert_eq!(last_number(&span(0, u64::MAX)), Some(u64::MAX));
    for other in ["", "20.jsonl", "1-x.jsonl", "1-2.part"] {
        assert_eq!(last_number(other), None, "{other}");
    }
}

#[tokio::test]
async fn a_list_that_grows_is_read_on_from_what_the_newest_snapshot_has() {
    let ground = Ground::new((1..=5).map(|number| record(number, "officer")).collect()).await;
    assert_eq!(ground.bring(Source::Audit, None).await, Brought::More);
    let first = [span(1, 5)];
    assert_eq!(ground.files(Source::Audit), [(span(1, 5), 5)]);
    assert_eq!(ground.bring(Source::Audit, Some(&first)).await, Brought::Nothing);
    // What the product itself left is no news, and comes with what is.
    ground.rows.lock().expect("rows").push(record(6, "product:governance"));
    assert_eq!(ground.bring(Source::Audit, Some(&first)).await, Brought::Nothing);
    assert_eq!(ground.files(Source::Audit), [(span(1, 5), 5)]);
    ground.rows.lock().expect("rows").push(record(7, "lena"));
    assert_eq!(ground.bring(Source::Audit, Some(&first)).await, Brought::More);
    assert_eq!(ground.files(Source::Audit), [(span(1, 5), 5), (span(6, 7), 2)]);
    // The run failed, say: what no snapshot was made of is read again, together with what came since.
    ground.rows.lock().expect("rows").push(record(8, "lena"));
    assert_eq!(ground.bring(Source::Audit, Some(&first)).await, Brought::More);
    assert_eq!(ground.files(Source::Audit), [(span(1, 5), 5), (span(6, 8), 3)]);
}

#[tokio::test]
async fn a_port_of_many_files_is_made_anew_from_one() {
    let ground = Ground::new((1..=300).map(|number| record(number, "officer")).collect()).await;
    let known: Vec<String> =
        (1..=u64::try_from(FILES_MAX).expect("small")).map(|number| span(number, number)).collect();
    let (all_but_one, all) = (&known[1..], known.as_slice());
    assert_eq!(ground.bring(Source::Audit, Some(all_but_one)).await, Brought::More);
    assert_eq!(ground.bring(Source::Audit, Some(all)).await, Brought::Anew);
    assert_eq!(ground.files(Source::Audit), [(span(1, 300), 300)]);
}

/// Files of one record each, as many as make a port full, as nobody but this product would have written them.
fn many_files(ground: &Ground) -> Vec<String> {
    let folder = ground.folder.path().join("domains/governance/feed/audit");
    fs::create_dir_all(&folder).expect("a folder");
    let file = |number| {
        let name = span(number, number);
        fs::write(folder.join(&name), format!("{}\n", record(number, "local"))).expect("written");
        name
    };
    (1..=u64::try_from(FILES_MAX).expect("small")).map(file).collect()
}

/// Who did what, and by how many records in the one file that is there.
fn actors(ground: &Ground, name: &str) -> Vec<(String, usize)> {
    let text = fs::read_to_string(ground.folder.path().join("domains/governance/feed/audit").join(name)).expect("text");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("json")).collect();
    assert!(rows.is_sorted_by_key(|row| row["sequence"].as_u64()), "in order");
    let of = |actor: &str| (actor.to_owned(), rows.iter().filter(|row| row["actor"] == actor).count());
    vec![of("local"), of("officer")]
}

#[tokio::test]
async fn many_files_become_one_without_bringing_again_what_is_here() {
    let full = u64::try_from(FILES_MAX).expect("small");
    let ground = Ground::new((1..=full + 2).map(|number| record(number, "officer")).collect()).await;
    let known = many_files(&ground);
    // The first three were pruned, and two are new.
    ground.rows.lock().expect("rows").drain(..3);
    assert_eq!(ground.bring(Source::Audit, Some(&known)).await, Brought::Anew);
    let name = span(4, full + 2);
    assert_eq!(ground.files(Source::Audit), [(name.clone(), FILES_MAX - 1)]);
    assert_eq!(actors(&ground, &name), [("local".to_owned(), FILES_MAX - 3), ("officer".to_owned(), 2)]);
    // The run failed, say: the newest snapshot still names the many.
    ground.rows.lock().expect("rows").push(record(full + 3, "officer"));
    assert_eq!(ground.bring(Source::Audit, Some(&known)).await, Brought::Anew);
    let next = span(4, full + 3);
    assert_eq!(ground.files(Source::Audit), [(next.clone(), FILES_MAX)]);
    assert_eq!(actors(&ground, &next), [("local".to_owned(), FILES_MAX - 3), ("officer".to_owned(), 3)]);
    // And then it was published.
    assert_eq!(ground.bring(Source::Audit, Some(&[next])).await, Brought::Nothing);
}

#[tokio::test]
async fn where_something_is_missing_all_is_brought_again() {
    let full = u64::try_from(FILES_MAX).expect("small");
    let ground = Ground::new((1..=full).map(|number| record(number, "officer")).collect()).await;
    let known = many_files(&ground);
    let folder = ground.folder.path().join("domains/governance/feed/audit");
    fs::remove_file(folder.join(span(9, 9))).expect("removed");
    assert_eq!(ground.bring(Source::Audit, Some(&known)).await, Brought::Anew);
    assert_eq!(actors(&ground, &span(1, full)), [("local".to_owned(), 0), ("officer".to_owned(), FILES_MAX)]);
    // All that is here was pruned meanwhile.
    let known = many_files(&ground);
    fs::remove_file(folder.join(span(1, full))).expect("removed");
    *ground.rows.lock().expect("rows") = vec![record(full + 1, "officer"), record(full + 2, "officer")];
    assert_eq!(ground.bring(Source::Audit, Some(&known)).await, Brought::Anew);
    assert_eq!(ground.files(Source::Audit), [(span(full + 1, full + 2), 2)]);
}

#[tokio::test]
async fn a_list_without_rows_is_a_port_without_rows() {
    let ground = Ground::new(Vec::new()).await;
    assert_eq!(ground.bring(Source::Audit, None).await, Brought::More);
    assert_eq!(ground.files(Source::Audit), [(span(0, 0), 0)]);
    assert_eq!(ground.bring(Source::Audit, Some(&[span(0, 0)])).await, Brought::Nothing);
}

#[tokio::test]
async fn a_whole_list_is_news_when_it_says_something_else() {
    let ground = Ground::new(vec![port("lending.loans", 1), port("governance.ports", 1), port("lending.x", 1)]).await;
    assert_eq!(ground.bring(Source::Ports, None).await, Brought::More);
    let [(first, lines)]: [_; 1] = ground.files(Source::Ports).try_into().expect("one file");
    assert_eq!(lines, 3);
    let known = [first.clone()];
    assert_eq!(ground.bring(Source::Ports, Some(&known)).await, Brought::Nothing);
    // A run of the product itself.
    ground.rows.lock().expect("rows")[1] = port("governance.ports", 2);
    assert_eq!(ground.bring(Source::Ports, Some(&known)).await, Brought::Nothing);
    ground.rows.lock().expect("rows")[0] = port("lending.loans", 2);
    assert_eq!(ground.bring(Source::Ports, Some(&known)).await, Brought::More);
    let files = ground.files(Source::Ports);
    assert!(files.len() == 1 && files[0].0 != first, "{files:?}");
    // A file that somebody took away is there again.
    fs::remove_file(ground.folder.path().join("domains/governance/feed/ports").join(&files[0].0)).expect("removed");
    assert_eq!(ground.bring(Source::Ports, Some(&[files[0].0.clone()])).await, Brought::More);
}
