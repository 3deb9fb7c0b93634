//! `fince lineage PORT[.COLUMN]`

mod target;
mod tree;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use mesh_api::{LineageAnswer, LineageDirection, LineageEdge, LineageEdgeKind, LineageNodeKind, LineageQuery};

use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client;
use crate::output::Paint;
use crate::service_errors;
use crate::setting::Setting;

pub(super) use target::Target;
pub(super) use tree::{Branch, label};

const EXAMPLES: &str = "\
Examples:
  fince lineage lending.credit_exposure --as omar               where the port comes from and goes
  fince lineage lending.credit_exposure.stage --up --as omar    what one column depends on
  fince lineage lending --as omar                               between products
  fince lineage lending.loans --down --depth 2 --as omar -f json | jq '.nodes[].name'";

/// How a graph is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TreeFormat {
    /// A tree for people
    #[default]
    Tree,
    /// JSON
    Json,
}

/// Show what a port or column is made from, and what is made from it
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Lineage {
    /// A port (domain.port, or domain.port_v1 for one major version), a column of it (domain.port.column), or a domain
    #[arg(value_name = "PORT[.COLUMN]")]
    target: String,

    /// Only where it comes from
    #[arg(long, conflicts_with = "down")]
    up: bool,

    /// Only where it goes
    #[arg(long)]
    down: bool,

    /// How many hops at most
    #[arg(long, value_name = "HOPS", default_value_t = LineageQuery::DEPTH_DEFAULT)]
    depth: u32,

    /// As it was at that time, such as 2026-03-01T12:00:00Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<DateTime<Utc>>,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: TreeFormat,

    #[command(flatten)]
    asker: Asker,
}

impl Lineage {
    /// Shows it.
    ///
    /// # Errors
    /// When it is not known, or governance does not answer.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let target = Target::parse(&self.target)?;
        let client = governance_client::open(setting, &self.asker)?;
        let direction = match (self.up, self.down) {
            (true, _) => LineageDirection::Upstream,
            (_, true) => LineageDirection::Downstream,
            _ => LineageDirection::Both,
        };
        let query = LineageQuery { direction, depth: Some(self.depth), as_of: self.as_of, ..target.lineage_query() };
        let answer = client.lineage(&query).await.map_err(service_errors::governance)?;
        let text = match self.format {
            TreeFormat::Json => governance_client::json(&answer)?,
            TreeFormat::Tree => {
                if answer.is_cut {
                    setting.output.note("there is more than is shown; ask for less depth, or in one direction");
                }
                if answer.readers_untold {
                    setting.output.note("others read some of these ports; their names are for the ports' owners");
                }
                render(&self.target, &answer, direction, Paint(setting.output.colour_on_stdout()))
            }
        };
        Ok(setting.output.result(&text)?)
    }
}

fn render(target: &str, answer: &LineageAnswer, direction: LineageDirection, paint: Paint) -> String {
    let starts: Vec<usize> = (0..answer.nodes.len()).filter(|place| is_start(answer, *place)).collect();
    let side = |name: &str, is_up: bool| Branch {
        label: paint.dim(name),
        branches: starts.iter().flat_map(|start| grow(answer, *start, is_up, &mut vec![*start], paint)).collect(),
    };
    let mut sides = Vec::new();
    if direction != LineageDirection::Downstream {
        sides.push(side("made from", true));
    }
    if direction != LineageDirection::Upstream {
        sides.push(side("goes to", false));
    }
    sides.retain(|side| !side.branches.is_empty());
    if sides.is_empty() {
        sides.push(Branch { label: paint.dim("nothing is known"), branches: Vec::new() });
    }
    Branch { label: paint.bold(target), branches: sides }.render()
}

/// Readers are never where one starts.
fn is_start(answer: &LineageAnswer, place: usize) -> bool {
    answer.nodes.get(place).is_some_and(|node| node.distance == 0 && node.kind != LineageNodeKind::Reader)
}

/// What is one hop from `place`, and so on. What stands in the tree already is named again and not followed again.
fn grow(answer: &LineageAnswer, place: usize, is_up: bool, seen: &mut Vec<usize>, paint: Paint) -> Vec<Branch> {
    let ends = |edge: &LineageEdge| if is_up { (edge.to, edge.from) } else { (edge.from, edge.to) };
    let mut next: Vec<usize> =
        answer.edges.iter().map(ends).filter(|(here, _)| *here == place).map(|(_, to)| to).collect();
    next.sort_unstable();
    next.dedup();
    let mut branches = Vec::new();
    for to in next {
        let Some(node) = answer.nodes.get(to) else { continue };
        let edges: Vec<&LineageEdge> = answer.edges.iter().filter(|edge| ends(edge) == (place, to)).collect();
        let is_new = !seen.contains(&to);
        let name = label(node);
        let name = if is_new { name } else { format!("{name} {}", paint.dim("(above)")) };
        let label = format!("{name}  {}", paint.dim(&known(&edges)));
        seen.push(to);
        let branches_of = if is_new { grow(answer, to, is_up, seen, paint) } else { Vec::new() };
        branches.push(Branch { label, branches: branches_of });
    }
    branches
}

/// How the edges between two nodes are known, and in which ways a column matters.
fn known(edges: &[&LineageEdge]) -> String {
    let kinds = [LineageEdgeKind::Observed, LineageEdgeKind::Declared, LineageEdgeKind::Consumed];
    let kinds = kinds.into_iter().filter(|kind| edges.iter().any(|edge| edge.kind == *kind));
    let mut words: Vec<String> = kinds.map(|kind| kind_word(kind).to_owned()).collect();
    let mut ways: Vec<&str> = edges.iter().flat_map(|edge| &edge.ways).map(String::as_str).collect();
    ways.sort_unstable();
    ways.dedup();
    words.extend((!ways.is_empty()).then(|| ways.join(" ")));
    words.join(", ")
}

/// The word for how an edge is known.
pub(super) fn kind_word(kind: LineageEdgeKind) -> &'static str {
    match kind {
        LineageEdgeKind::Declared => "declared",
        LineageEdgeKind::Observed => "observed",
        LineageEdgeKind::Consumed => "consumed",
    }
}

#[cfg(test)]
mod tests {
    use mesh_api::LineageNode;

    use super::*;

    fn node(kind: LineageNodeKind, name: &str, distance: i64) -> LineageNode {
        LineageNode { kind, namespace: Some("mesh".into()), name: name.into(), column: None, distance }
    }

    #[test]
    fn a_graph_is_shown_as_a_tree_and_circles_end() {
        use LineageEdgeKind::{Consumed, Declared, Observed};
        let edge = |from, to, kind, ways: &[&str]| LineageEdge {
            from,
            to,
            kind,
            jobs: Vec::new(),
            ways: ways.iter().map(|way| (*way).to_owned()).collect(),
        };
        let answer = LineageAnswer {
            nodes: vec![
                node(LineageNodeKind::Port, "lending.exposure", 0),
                node(LineageNodeKind::Port, "lending.loans", -1),
                node(LineageNodeKind::Dataset, "lending.input.files", -2),
                node(LineageNodeKind::Dataset, "copy\u{1b}[31m", 1),
                node(LineageNodeKind::Reader, "omar", 1),
            ],
            edges: vec![
                edge(1, 0, Declared, &[]),
                edge(1, 0, Observed, &["FILTER", "IDENTITY"]),
                edge(2, 1, Observed, &[]),
                edge(0, 3, Observed, &[]),
                edge(3, 0, Observed, &[]),
                edge(0, 4, Consumed, &[]),
            ],
            is_cut: false,
            readers_untold: false,
        };
        insta::assert_snapshot!(render("lending.exposure", &answer, LineageDirection::Both, Paint(false)), @r"
        lending.exposure
        ├─ made from
        │  ├─ lending.loans  observed, declared, FILTER IDENTITY
        │  │  └─ lending.input.files  observed
        │  └─ copy\u{1b}[31m  observed
        │     └─ lending.exposure (above)  observed
        └─ goes to
           ├─ copy\u{1b}[31m  observed
           │  └─ lending.exposure (above)  observed
           └─ omar (reader)  consumed
        ");
    }
}
