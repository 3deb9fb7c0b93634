use super::*;
use crate::transformation::{Kind, Transformation};

fn dataset(name: &str) -> Dataset {
    Dataset::new("mesh", name)
}

fn key(kind: JobKind, name: &str) -> JobKey {
    JobKey { kind, name: JobName { namespace: "mesh".into(), name: name.into() } }
}

/// `column <- input.field` for each entry.
fn by_column(dependencies: &[(&str, &str, &str)]) -> Written {
    let dependency = |(column, input, field): &(&str, &str, &str)| Dependency {
        column: (*column).into(),
        input: dataset(input),
        field: (*field).into(),
        ways: BTreeSet::from([Transformation::plain(Kind::Identity)]),
    };
    Written::ByColumn(dependencies.iter().map(dependency).collect())
}

fn job(inputs: &[&str], outputs: &[(&str, Written)]) -> JobGraph {
    JobGraph {
        inputs: inputs.iter().map(|name| dataset(name)).collect(),
        outputs: outputs.iter().map(|(name, written)| (dataset(name), written.clone())).collect(),
    }
}

/// loans and accounts make exposure, exposure makes report; somebody trains on the report.
fn bank() -> LineageGraph {
    let mut graph = LineageGraph::default();
    let exposure = by_column(&[
        ("amount", "lending.loans_v1", "amount"),
        ("held", "deposits.accounts_v1", "balance"),
        ("", "lending.loans_v1", "state"),
    ]);
    let inputs = ["lending.loans_v1", "deposits.accounts_v1", "lending.input.dates"];
    graph.set(&key(JobKind::Job, "lending.exposure_v1"), &job(&inputs, &[("lending.exposure_v1", exposure)]));
    graph.set(&key(JobKind::Job, "spark"), &job(&["lending.exposure_v1"], &[("report", Written::Whole)]));
    graph.set(&key(JobKind::Job, "train"), &job(&["report"], &[]));
    graph.set(
        &key(JobKind::Declared, "lending"),
        &job(&["lending.loans_v1"], &[("lending.exposure_v1", Written::Whole)]),
    );
    graph
}

fn shown(node: &Node) -> String {
    match node {
        Node::Product(name) | Node::Namespace(name) => name.clone(),
        Node::Port(port) => port.to_string(),
        Node::Dataset(dataset) => dataset.to_string(),
        Node::Rows(dataset) => format!("{dataset}[]"),
        Node::Column(dataset, column) => format!("{dataset}.{column}"),
        Node::Job(job) => format!("job {}", job.name),
    }
}

fn walk(graph: &LineageGraph, start: Start, direction: Direction, depth: u32) -> Vec<String> {
    let kinds = BTreeSet::from([EdgeKind::Observed]);
    let show = Show::Page { skip: 0, take: 100 };
    let walked = graph.walk(&Walk { start, direction, depth, kinds, show });
    walked.nodes.iter().map(|reached| format!("{} {}", reached.distance, shown(&reached.node))).collect()
}

fn column(name: &str, column: &str) -> Start {
    Start::Columns(vec![(dataset(name), column.into())])
}

#[test]
fn what_is_taken_together_is_said_by_the_start() {
    use Direction::{Downstream, Upstream};
    let graph = bank();
    let down = |start| walk(&graph, start, Downstream, 9);
    assert_eq!(down(Start::Product("deposits".into())), ["0 deposits", "1 lending", "2 mesh", "3 job train"]);
    let loans = Start::Port("lending.loans".parse().expect("a name"));
    assert_eq!(down(loans), ["0 lending.loans", "1 lending.exposure", "2 report", "3 job train"]);
    let report = Start::Dataset(dataset("report"));
    let up = walk(&graph, report.clone(), Upstream, 1);
    assert_eq!(up, ["0 report", "1 lending.exposure_v1"]);
    assert_eq!(walk(&graph, report, Upstream, 9).len(), 5);
    assert_eq!(down(Start::Dataset(dataset("unknown"))), ["0 unknown"]);
}

#[test]
fn columns_are_followed_as_far_as_they_are_known() {
    use Direction::{Downstream, Upstream};
    let graph = bank();
    assert_eq!(
        walk(&graph, column("lending.loans_v1", "amount"), Downstream, 9),
        ["0 lending.loans_v1.amount", "1 lending.exposure_v1.amount", "2 report", "3 job train"]
    );
    // What decides the rows reaches every column.
    assert_eq!(
        walk(&graph, column("lending.loans_v1", "state"), Downstream, 1),
        ["0 lending.loans_v1.state", "1 lending.exposure_v1[]"]
    );
    assert_eq!(
        walk(&graph, column("lending.exposure_v1", "held"), Upstream, 9),
        [
            "0 lending.exposure_v1.held",
            "1 deposits.accounts_v1.balance",
            "1 lending.loans_v1.state",
            "1 lending.input.dates[]"
        ]
    );
    // A column on which nothing depends is read by nobody who says what he reads.
    assert_eq!(walk(&graph, column("lending.loans_v1", "purpose"), Downstream, 9).len(), 1);
    let from_whole = walk(&graph, column("lending.exposure_v1", "other"), Downstream, 1);
    assert_eq!(from_whole, ["0 lending.exposure_v1.other", "1 report"], "who does not say may read any");
    assert_eq!(
        walk(&graph, column("report", "any"), Upstream, 2),
        [
            "0 report.any",
            "1 lending.exposure_v1",
            "2 lending.loans_v1.state",
            "2 lending.loans_v1.amount",
            "2 deposits.accounts_v1.balance",
            "2 lending.input.dates[]"
        ]
    );
}

#[test]
fn a_job_is_replaced_as_a_whole() {
    let mut graph = bank();
    let edges = graph.edges();
    graph.set(&key(JobKind::Job, "spark"), &job(&["lending.loans_v1"], &[("report", Written::Whole)]));
    assert_eq!(graph.edges(), edges);
    let report = || Start::Dataset(dataset("report"));
    assert_eq!(walk(&graph, report(), Direction::Upstream, 9), ["0 report", "1 lending.loans_v1"]);
    graph.set(&key(JobKind::Job, "spark"), &JobGraph::default());
    assert_eq!(walk(&graph, report(), Direction::Upstream, 9), ["0 report"]);
    let (mut empty, columns) = (bank(), key(JobKind::Job, "lending.exposure_v1"));
    empty.set(&columns, &JobGraph::default());
    assert_eq!(walk(&empty, column("lending.loans_v1", "amount"), Direction::Downstream, 9).len(), 1);
}

#[test]
fn edges_say_how_they_are_known_and_ways_lead_back_to_the_start() {
    let graph = bank();
    let kinds = BTreeSet::from([EdgeKind::Declared, EdgeKind::Observed]);
    let walk = |show| {
        let start = Start::Dataset(dataset("lending.loans_v1"));
        graph.walk(&Walk { start, direction: Direction::Downstream, depth: 9, kinds: kinds.clone(), show })
    };
    let shown_graph = walk(Show::Graph { nodes_max: 10, edges_max: 10 });
    let edges: Vec<_> = shown_graph.edges.iter().map(|edge| (edge.from, edge.to, edge.kind, edge.jobs.len())).collect();
    assert_eq!(
        edges,
        [
            (0, 1, EdgeKind::Declared, 1),
            (0, 1, EdgeKind::Observed, 1),
            (1, 2, EdgeKind::Observed, 1),
            (2, 3, EdgeKind::Observed, 1)
        ]
    );
    assert!(!shown_graph.is_cut);
    let cut = walk(Show::Graph { nodes_max: 2, edges_max: 10 });
    assert!(cut.is_cut && cut.nodes.len() == 2);
    assert!(walk(Show::Graph { nodes_max: 10, edges_max: 1 }).is_cut);
    let page = walk(Show::Page { skip: 2, take: 1 });
    let (last, total) = (&page.nodes[0], page.total);
    assert_eq!((shown(&last.node), last.path.len(), total), ("report".into(), 2, 4));
    assert_eq!(last.path[1].job.name, "spark");
    assert_eq!(shown(&last.path[0].from), "lending.loans_v1");
}

#[test]
fn circles_end() {
    let mut graph = LineageGraph::default();
    graph.set(&key(JobKind::Job, "ab"), &job(&["a"], &[("b", by_column(&[("x", "a", "x")]))]));
    graph.set(&key(JobKind::Job, "ba"), &job(&["b"], &[("a", by_column(&[("x", "b", "x")]))]));
    assert_eq!(walk(&graph, Start::Dataset(dataset("a")), Direction::Downstream, 99), ["0 a", "1 b"]);
    assert_eq!(walk(&graph, column("a", "x"), Direction::Upstream, 99), ["0 a.x", "1 b.x"]);
}
