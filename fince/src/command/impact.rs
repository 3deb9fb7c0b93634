//! `fince impact PORT[.COLUMN]`

use clap::Args;
use mesh_api::{Affected, ImpactQuery, LineageNode, PageRequest};

use super::lineage::{Branch, Target, TreeFormat, kind_word, label};
use crate::asker::Asker;
use crate::failure::{Failure, codes};
use crate::governance_client::{self, all_pages};
use crate::output::{Paint, one_line};
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince impact lending.loans --as lena              whom a change of the port may reach
  fince impact lending.loans.grade --as lena        whom a change of one column may reach
  fince impact lending.loans --as lena -f json | jq -r '.[].readers[].principal' | sort -u";

/// Show whom a change of a port or column may reach: what is made from it, and who really reads any of that
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Impact {
    /// A port (domain.port, or domain.port_v1 for one major version), or a column of it (domain.port.column)
    #[arg(value_name = "PORT[.COLUMN]")]
    target: String,

    /// How many hops at most
    #[arg(long, value_name = "HOPS", default_value_t = ImpactQuery::DEPTH_DEFAULT)]
    depth: u32,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: TreeFormat,

    #[command(flatten)]
    asker: Asker,
}

impl Impact {
    /// Shows it.
    ///
    /// # Errors
    /// When it is not known, or governance does not answer.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let target = Target::parse(&self.target)?;
        let missing = || Failure::usage(codes::PORT, format!("`{}` is not a port", self.target));
        let port = target.port().ok_or_else(|| missing().help("such as `lending.loans`"))?;
        let client = governance_client::open(setting, &self.asker)?;
        let query = ImpactQuery {
            port,
            column: target.column().map(str::to_owned),
            depth: Some(self.depth),
            cursor: None,
            limit: None,
        };
        let page = async |page: PageRequest| {
            client.impact(&ImpactQuery { cursor: page.cursor, limit: page.limit, ..query.clone() }).await
        };
        let affected = all_pages(page).await?;
        let text = match self.format {
            TreeFormat::Json => governance_client::json(&affected)?,
            TreeFormat::Tree => render(&self.target, &affected, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
    }
}

fn render(target: &str, affected: &[Affected], paint: Paint) -> String {
    let starts = affected.iter().filter(|of| of.path.is_empty());
    let mut branches = Vec::new();
    for start in starts {
        let mut below = readers(start, paint);
        below.extend(grow(start, affected, paint));
        // Of one port in several major versions, each stands by itself.
        if affected.iter().filter(|of| of.path.is_empty()).count() > 1 {
            branches.push(Branch { label: label(&start.node), branches: below });
        } else {
            branches.extend(below);
        }
    }
    if branches.is_empty() {
        branches.push(Branch { label: paint.dim("nobody, as far as is known"), branches: Vec::new() });
    }
    Branch { label: paint.bold(target), branches }.render()
}

/// What is reached by one hop more.
fn grow(from: &Affected, affected: &[Affected], paint: Paint) -> Vec<Branch> {
    let is_next = |of: &&Affected| of.path.last().is_some_and(|step| is_same(&step.from, &from.node));
    let branch = |of: &Affected| {
        let step = of.path.last();
        let mut words: Vec<String> = step.map(|step| kind_word(step.kind).to_owned()).into_iter().collect();
        words.extend(step.filter(|step| !step.ways.is_empty()).map(|step| step.ways.join(" ")));
        words.extend(step.map(|step| format!("by {}", one_line(&step.job))));
        let mut branches = readers(of, paint);
        branches.extend(grow(of, affected, paint));
        Branch { label: format!("{}  {}", label(&of.node), paint.dim(&words.join(", "))), branches }
    };
    affected.iter().filter(is_next).map(branch).collect()
}

fn is_same(one: &LineageNode, other: &LineageNode) -> bool {
    (one.kind, &one.namespace, &one.name, &one.column) == (other.kind, &other.namespace, &other.name, &other.column)
}

fn readers(of: &Affected, paint: Paint) -> Vec<Branch> {
    let reader = |reader: &mesh_api::ImpactReader| {
        let columns =
            if reader.columns.is_empty() { String::new() } else { format!(" of {}", reader.columns.join(", ")) };
        let told = format!("last read{columns} on {}", reader.last_read);
        Branch {
            label: format!("{} (reader)  {}", one_line(&reader.principal), paint.dim(&one_line(&told))),
            branches: Vec::new(),
        }
    };
    let mut readers: Vec<Branch> = of.readers.iter().map(reader).collect();
    if of.readers_untold > 0 {
        let label = paint.dim(&format!("{} more who read it, known to its owner", of.readers_untold));
        readers.push(Branch { label, branches: Vec::new() });
    }
    readers
}

#[cfg(test)]
mod tests {
    use mesh_api::{ImpactReader, ImpactStep, LineageEdgeKind, LineageNodeKind};

    use super::*;

    #[test]
    fn an_impact_is_shown_with_its_ways_and_readers() {
        let node = |name: &str, column: &str, distance| LineageNode {
            kind: LineageNodeKind::Column,
            namespace: Some("mesh".into()),
            name: name.into(),
            column: Some(column.into()),
            distance,
        };
        let start = Affected {
            node: node("lending.loans_v1", "grade", 0),
            path: Vec::new(),
            readers: vec![ImpactReader {
                principal: "omar".into(),
                columns: vec!["grade".into()],
                last_read: "2026-03-01".parse().expect("a day"),
            }],
            readers_untold: 0,
        };
        let step = ImpactStep {
            from: start.node.clone(),
            job: "mesh:lending.exposure_v1".into(),
            kind: LineageEdgeKind::Observed,
            ways: vec!["CONDITIONAL".into()],
        };
        let reached = Affected {
            node: node("lending.exposure_v1", "pd", 1),
            path: vec![step],
            readers: Vec::new(),
            readers_untold: 2,
        };
        insta::assert_snapshot!(render("lending.loans.grade", &[start, reached], Paint(false)), @r"
        lending.loans.grade
        ├─ omar (reader)  last read of grade on 2026-03-01
        └─ lending.exposure_v1.pd  observed, CONDITIONAL, by mesh:lending.exposure_v1
           └─ 2 more who read it, known to its owner
        ");
        assert!(render("lending.loans", &[], Paint(false)).contains("nobody"));
    }
}
