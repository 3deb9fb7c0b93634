//! What an OpenLineage event says of the end of a port's run. Who may tell it is decided before it comes here.

use chrono::{DateTime, Utc};
use mesh_api::RunState;
use mesh_contract::{PortName, PortVersion};
use mesh_lineage::MESH;
use mesh_lineage::event::{EventType, OutputDataset, RunEvent, TestedRule};

/// Rules of one run that are kept.
const RULES_MAX: usize = 2_000;
/// Longest text of a rule, in characters.
pub(crate) const TEXT_CHARS_MAX: usize = 500;

/// A run of a port that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndedRun {
    pub(crate) port: PortVersion,
    pub(crate) run: String,
    pub(crate) state: RunState,
    pub(crate) at: DateTime<Utc>,
    pub(crate) snapshot: Option<String>,
    pub(crate) rules: Vec<CheckedRule>,
}

/// A rule that the run checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckedRule {
    pub(crate) rule: String,
    pub(crate) held: bool,
    pub(crate) severity: String,
    pub(crate) column: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) expected: Option<String>,
    pub(crate) actual: Option<String>,
}

/// The runs that an event ends; none for events of other sorts, and of datasets that are no ports of the mesh.
pub(crate) fn ended_runs(event: &str) -> Vec<EndedRun> {
    let Ok(event) = serde_json::from_str::<RunEvent>(event) else { return Vec::new() };
    let state = match event.event_type {
        Some(EventType::Complete) => RunState::Complete,
        Some(EventType::Fail) => RunState::Failed,
        Some(EventType::Abort) => RunState::Aborted,
        _ => return Vec::new(),
    };
    let outputs = event.outputs.iter().filter(|output| output.namespace == MESH);
    let run = |output: &OutputDataset| {
        Some(EndedRun {
            port: port(&output.name)?,
            run: cut(&event.run.run_id),
            state,
            at: event.event_time,
            snapshot: output.facets.version.as_ref().map(|version| cut(&version.body.dataset_version)),
            rules: rules(output),
        })
    };
    outputs.filter_map(run).collect()
}

/// Reads `domain.port_v1`.
fn port(name: &str) -> Option<PortVersion> {
    let (name, major) = name.rsplit_once("_v")?;
    Some(PortVersion { name: name.parse::<PortName>().ok()?, major: major.parse().ok()? })
}

fn rules(output: &OutputDataset) -> Vec<CheckedRule> {
    let Some(facet) = &output.output_facets.data_quality_assertions else { return Vec::new() };
    let mut rules: Vec<CheckedRule> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for tested in facet.body.assertions.iter().take(RULES_MAX) {
        let mut rule = checked(tested);
        // Rules without a name of their own may read alike, and are told apart by their place.
        let (name, mut place) = (rule.rule.clone(), 1);
        while !seen.insert(rule.rule.clone()) {
            place += 1;
            rule.rule = format!("{name} #{place}");
        }
        rules.push(rule);
    }
    rules
}

fn checked(tested: &TestedRule) -> CheckedRule {
    let sort = match &tested.column {
        Some(column) => format!("{}({column})", tested.assertion),
        None => tested.assertion.clone(),
    };
    let text = |text: &Option<String>| text.as_deref().map(cut);
    CheckedRule {
        rule: cut(tested.name.as_deref().unwrap_or(&sort)),
        held: tested.success,
        severity: match tested.severity.as_deref() {
            Some("warn" | "warning") => "warning".to_owned(),
            _ => "error".to_owned(),
        },
        column: text(&tested.column),
        description: text(&tested.description),
        expected: text(&tested.expected),
        actual: text(&tested.actual),
    }
}

/// A text of somebody else as it can be kept: not endless, and without NUL, which PostgreSQL refuses.
pub(super) fn cut(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use mesh_lineage::event::{Schema, Statistics};
    use mesh_lineage::{Ended, PortRun};

    use super::*;

    fn run(port: &PortVersion) -> PortRun<'_> {
        PortRun {
            namespace: "mesh",
            port,
            run: "run-1",
            started_at: DateTime::UNIX_EPOCH,
            due_at: None,
            sql: None,
            engine_version: None,
            schema: Schema::default(),
            lineage: None,
            inputs: Vec::new(),
        }
    }

    fn rule(assertion: &str, column: Option<&str>, success: bool) -> TestedRule {
        TestedRule {
            assertion: assertion.into(),
            success,
            column: column.map(str::to_owned),
            severity: Some("warn".into()),
            ..TestedRule::default()
        }
    }

    #[test]
    fn the_end_of_a_run_says_what_was_published_and_what_was_found() {
        let port = PortVersion { name: "lending.loans_view".parse().expect("a name"), major: 2 };
        let rules = vec![
            rule("not_null", Some("id"), true),
            rule("sql", None, false),
            rule("sql", None, true),
            TestedRule { name: Some("nothing\0 is lost".into()), severity: None, ..rule("sql", None, true) },
        ];
        let ended = Ended::Committed { version: 7, written: Statistics::default(), rules };
        let event = run(&port).ended(DateTime::UNIX_EPOCH, &ended);
        let found = ended_runs(&serde_json::to_string(&event).expect("json"));
        let [found] = found.as_slice() else { panic!("one run: {found:?}") };
        assert_eq!((&found.port, found.state, found.snapshot.as_deref()), (&port, RunState::Complete, Some("7")));
        let told: Vec<_> =
            found.rules.iter().map(|rule| (rule.rule.as_str(), rule.held, rule.severity.as_str())).collect();
        let expected = [
            ("not_null(id)", true, "warning"),
            ("sql", false, "warning"),
            ("sql #2", true, "warning"),
            ("nothing is lost", true, "error"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn other_events_and_other_datasets_end_no_run() {
        let port = PortVersion { name: "lending.loans".parse().expect("a name"), major: 1 };
        let json = |event| serde_json::to_string(&event).expect("json");
        assert!(ended_runs(&json(run(&port).started())).is_empty());
        let skipped = json(run(&port).ended(DateTime::UNIX_EPOCH, &Ended::Skipped { because: "no".into() }));
        assert_eq!(ended_runs(&skipped).first().map(|run| run.state), Some(RunState::Aborted));
        let stranger = PortRun { namespace: "warehouse", ..run(&port) };
        let failed = stranger.ended(DateTime::UNIX_EPOCH, &Ended::Failed { message: "no".into(), rules: vec![] });
        assert!(ended_runs(&json(failed)).is_empty());
        assert!(ended_runs(r#"{"eventType": "COMPLETE"}"#).is_empty());
        assert!(ended_runs("[1]").is_empty());
    }
}
