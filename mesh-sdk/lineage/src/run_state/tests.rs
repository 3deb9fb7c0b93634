use proptest::prelude::*;

use super::*;
use crate::told::JobName;

fn dataset(name: &str) -> Dataset {
    Dataset::new("n", name)
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("a time")
}

fn told(second: i64, state: EventType, inputs: &[&str], outputs: Vec<ToldDataset>) -> Told {
    let job = JobName { namespace: "n".into(), name: "j".into() };
    let input = |name: &&str| ToldDataset { dataset: dataset(name), dependencies: None, version: None };
    let subject = Subject::Run { job, run: "r".into(), state };
    Told { at: at(second), subject, inputs: inputs.iter().map(input).collect(), outputs }
}

fn output(name: &str, dependencies: Option<Option<&[&str]>>) -> ToldDataset {
    let of = |fields: &[&str]| {
        let dependency = |field: &&str| Dependency {
            column: "c".into(),
            input: dataset("i"),
            field: (*field).into(),
            ways: BTreeSet::new(),
        };
        fields.iter().map(dependency).collect()
    };
    let dependencies = dependencies.map(|stated| stated.map(of));
    ToldDataset { dataset: dataset(name), dependencies, version: None }
}

fn state(events: &[Told]) -> RunState {
    let mut state = RunState::default();
    events.iter().for_each(|event| state.add(event).expect("room"));
    state
}

#[test]
fn facets_spread_over_events_add_up() {
    let events = [
        told(1, EventType::Start, &["a"], vec![output("o", Some(Some(&["x"])))]),
        told(2, EventType::Running, &["b"], vec![]),
        told(3, EventType::Complete, &[], vec![output("o", None)]),
    ];
    let graph = state(&events).graph();
    assert_eq!(graph.inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>(), ["a", "b", "i"]);
    assert!(matches!(graph.outputs.get(&dataset("o")), Some(Written::ByColumn(found)) if found.len() == 1));
}

#[test]
fn a_late_start_changes_nothing_and_a_later_end_counts() {
    let complete = told(5, EventType::Complete, &[], vec![]);
    let outcome = |more: Told| state(&[complete.clone(), more]).outcome();
    assert_eq!(outcome(told(1, EventType::Start, &[], vec![])), RunOutcome::Complete(at(5)));
    assert_eq!(outcome(told(9, EventType::Start, &[], vec![])), RunOutcome::Complete(at(5)));
    assert_eq!(outcome(told(9, EventType::Other, &[], vec![])), RunOutcome::Complete(at(5)));
    assert_eq!(outcome(told(3, EventType::Fail, &[], vec![])), RunOutcome::Complete(at(5)));
    assert_eq!(outcome(told(9, EventType::Fail, &[], vec![])), RunOutcome::Failed(at(9)));
    assert_eq!(state(&[told(1, EventType::Other, &[], vec![])]).outcome(), RunOutcome::Running);
}

#[test]
fn a_facet_that_is_taken_back_is_gone() {
    let events = [
        told(1, EventType::Start, &[], vec![output("o", Some(Some(&["x"])))]),
        told(2, EventType::Complete, &[], vec![output("o", Some(None))]),
    ];
    assert_eq!(state(&events).graph().outputs.get(&dataset("o")), Some(&Written::Whole));
}

#[test]
fn a_run_does_not_grow_without_end() {
    let mut state = RunState::default();
    for event in 0..4 {
        let names: Vec<String> = (0..1_000).map(|n| format!("{event}_{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        state.add(&told(event, EventType::Running, &names, vec![])).expect("room");
    }
    let before = state.clone();
    assert!(state.add(&told(9, EventType::Running, &["one more"], vec![])).is_err());
    assert_eq!(state, before);
}

fn events() -> impl Strategy<Value = Vec<Told>> {
    let states = prop::sample::select(vec![EventType::Start, EventType::Running, EventType::Complete, EventType::Fail]);
    let names = prop::sample::subsequence(vec!["a", "b", "c"], 0..3);
    let stated = prop::option::of(prop::option::of(prop::sample::subsequence(vec!["x", "y", "z"], 0..3)));
    // Few times, so that events of one moment meet.
    let event = (0_i64..4, states, names, stated).prop_map(|(second, state, inputs, fields)| {
        let fields = fields.as_ref().map(|stated| stated.as_deref());
        told(second, state, &inputs, vec![output("o", fields)])
    });
    prop::collection::vec(event, 1..7)
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_matters(events in events(), shuffled in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let once = state(&events);
        let mut again: Vec<Told> = events.iter().chain(&events).cloned().collect();
        // Any order that can be reached by sorting on scrambled places.
        let scramble = |place: usize| (place as u64 + 1).wrapping_mul(seed | 1).rotate_left(17);
        let mut order: Vec<usize> = (0..again.len()).collect();
        order.sort_by_key(|place| scramble(*place));
        again = order.into_iter().map(|place| again[place].clone()).collect();
        let at = shuffled.index(again.len());
        again.rotate_left(at);
        prop_assert_eq!(&state(&again), &once);
    }

    #[test]
    fn a_state_is_kept_as_json(events in events()) {
        let state = state(&events);
        let kept = serde_json::to_string(&state).expect("json");
        prop_assert_eq!(serde_json::from_str::<RunState>(&kept).expect("a state"), state);
    }
}
