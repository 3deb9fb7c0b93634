//! A job's graphs over time.

use chrono::{DateTime, Utc};

/// A time from which on a graph holds, until another follows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// From then on.
    pub at: DateTime<Utc>,
    /// The run that says so; settles which of one moment counts.
    pub run: String,
    /// Identity of the graph.
    pub graph: String,
}

/// A time in which one graph holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From then on.
    pub from: DateTime<Utc>,
    /// Until then; `None` when it holds still.
    pub to: Option<DateTime<Utc>>,
    /// The run that said so first.
    pub run: String,
    /// Identity of the graph.
    pub graph: String,
}

/// The spans that `points` make, in order: runs that change nothing make none, and of those of one moment the last counts.
/// `before` is the graph that held until the first of them.
#[must_use]
pub fn spans(before: Option<&str>, mut points: Vec<Point>) -> Vec<Span> {
    points.sort_unstable();
    let mut spans: Vec<Span> = Vec::new();
    let mut held = before.map(str::to_owned);
    let mut points = points.into_iter().peekable();
    while let Some(Point { at, run, graph }) = points.next() {
        let is_outdone = points.peek().is_some_and(|next| next.at == at);
        if is_outdone || held.as_ref() == Some(&graph) {
            continue;
        }
        if let Some(last) = spans.last_mut() {
            last.to = Some(at);
        }
        held = Some(graph.clone());
        spans.push(Span { from: at, to: None, run, graph });
    }
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a time")
    }

    fn point(second: i64, run: &str, graph: &str) -> Point {
        Point { at: at(second), run: run.into(), graph: graph.into() }
    }

    fn told(spans: &[Span]) -> Vec<(i64, Option<i64>, &str)> {
        spans
            .iter()
            .map(|span| (span.from.timestamp(), span.to.map(|to| to.timestamp()), span.graph.as_str()))
            .collect()
    }

    #[test]
    fn what_changes_nothing_makes_no_span() {
        let points = vec![point(1, "r1", "a"), point(2, "r2", "a"), point(3, "r3", "b"), point(4, "r4", "a")];
        assert_eq!(told(&spans(None, points.clone())), [(1, Some(3), "a"), (3, Some(4), "b"), (4, None, "a")]);
        assert_eq!(told(&spans(Some("a"), points)), [(3, Some(4), "b"), (4, None, "a")]);
    }

    #[test]
    fn of_one_moment_the_last_run_counts() {
        let points = vec![point(1, "r2", "b"), point(1, "r1", "a")];
        assert_eq!(told(&spans(None, points)), [(1, None, "b")]);
    }

    proptest! {
        #[test]
        fn at_each_time_the_last_point_before_it_holds(seconds in prop::collection::vec((0_i64..20, 0_u8..3), 0..30)) {
            let points: Vec<Point> = seconds
                .iter()
                .enumerate()
                .map(|(run, (second, graph))| point(*second, &format!("r{run:02}"), &graph.to_string()))
                .collect();
            let spans = spans(None, points.clone());
            for second in 0..20 {
                let last = points.iter().filter(|point| point.at <= at(second)).max();
                let holding = spans.iter().find(|span| span.from <= at(second) && span.to.is_none_or(|to| to > at(second)));
                prop_assert_eq!(holding.map(|span| &span.graph), last.map(|point| &point.graph));
            }
        }
    }
}
