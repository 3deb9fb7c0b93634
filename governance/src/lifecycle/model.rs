//! Every state that a port can come to, visited one by one: three versions in two majors, one agreement, five people, in
//! any order. The functions under test are those that the registry calls.

use std::collections::BTreeSet;

use stateright::{Checker as _, Model, Property};

use super::*;

/// Who proposes in this world: an owner, or an officer who owned the domain when it was proposed.
const PROPOSERS: [&str; 2] = ["lena", "pat"];

const PEOPLE: [Asker<'static>; 5] = [
    Asker { name: "lena", owns: true, governs: false },
    Asker { name: "pat", owns: false, governs: true },
    Asker { name: "olga", owns: true, governs: true },
    Asker { name: "otto", owns: false, governs: true },
    Asker { name: "eve", owns: false, governs: false },
];

const ASKED: [Transition; 6] = [
    Transition::Propose,
    Transition::Approve,
    Transition::Reject,
    Transition::Activate,
    Transition::Deprecate,
    Transition::Retire,
];

struct World;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    proposer: &'static str,
    /// The versions that may still be registered, and whether they take a second pair of eyes.
    unregistered: Vec<(Version, bool)>,
    port: Vec<Standing>,
    /// Whether a consumer with an agreement on major 1 has neither moved on nor acknowledged its end.
    unsettled: bool,
    /// Versions that somebody approved who neither proposed them nor owns the domain.
    reviewed: BTreeSet<Version>,
    /// Versions that were once retired or rejected.
    ended: BTreeSet<Version>,
    /// Whether major 1 went out of force while the consumer relied on it.
    abandoned: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Register(usize),
    RegisterAgain(usize),
    Ask(usize, Transition, Asker<'static>),
    Agree,
    Settle,
}

impl State {
    fn major_1_is_in_force(&self) -> bool {
        self.port.iter().any(|standing| standing.version.major == 1 && standing.status.is_in_force())
    }

    fn apply(&mut self, steps: Vec<Step>, approver: Option<Asker<'_>>) {
        let before = self.major_1_is_in_force();
        for step in steps {
            let standing = self.port.iter_mut().find(|standing| standing.version == step.version).expect("it is there");
            standing.status = step.transition.status();
            if step.transition == Transition::Deprecate {
                standing.sunset = step.sunset;
            }
            let independent = approver.is_some_and(|asker| !asker.owns && asker.governs && asker.name != self.proposer);
            if step.transition == Transition::Approve && independent {
                self.reviewed.insert(step.version.clone());
            }
            if matches!(standing.status, Retired | Rejected) {
                self.ended.insert(step.version);
            }
        }
        self.abandoned |= before && self.unsettled && !self.major_1_is_in_force();
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let versions = ["1.0.0", "1.1.0", "2.0.0"];
        let reviews = (0..8u8).map(|bits| {
            let version = |(place, text): (usize, &&str)| (text.parse().expect("a version"), bits >> place & 1 == 1);
            versions.iter().enumerate().map(version).collect::<Vec<_>>()
        });
        let state = |unregistered, proposer| State {
            proposer,
            unregistered,
            port: Vec::new(),
            unsettled: false,
            reviewed: BTreeSet::new(),
            ended: BTreeSet::new(),
            abandoned: false,
        };
        reviews.flat_map(|review| PROPOSERS.map(|proposer| state(review.clone(), proposer))).collect()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.extend((0..state.unregistered.len()).map(Action::Register));
        for place in 0..state.port.len() {
            actions.push(Action::RegisterAgain(place));
            actions.extend(ASKED.iter().flat_map(|asked| PEOPLE.map(|asker| Action::Ask(place, *asked, asker))));
        }
        // Access is granted to what is in force only.
        actions.extend((!state.unsettled && state.major_1_is_in_force()).then_some(Action::Agree));
        actions.extend(state.unsettled.then_some(Action::Settle));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Register(place) => {
                let (version, needs_review) = state.unregistered.remove(place);
                let new =
                    Standing { version, status: Proposed, needs_review, proposer: state.proposer.into(), sunset: None };
                let steps = register(&state.port, &new);
                state.port.push(new);
                state.port.sort_by(|a, b| a.version.cmp(&b.version));
                state.apply(steps, None);
            }
            Action::RegisterAgain(place) => {
                let steps = renew(&state.port, &state.port[place].version);
                state.apply(steps, None);
            }
            Action::Ask(place, transition, asker) => {
                let version = state.port[place].version.clone();
                let unsettled = usize::from(version.major == 1 && state.unsettled);
                let sunset = (transition == Transition::Deprecate).then_some(DateTime::UNIX_EPOCH);
                let steps = ask(&state.port, &version, &Asked { transition, asker, sunset, unsettled }).ok()?;
                assert!(asker.owns || asker.governs, "{asker:?} made a {transition:?}");
                state.apply(steps, Some(asker));
            }
            Action::Agree => state.unsettled = true,
            Action::Settle => state.unsettled = false,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("what needs review is in force only after a second pair of eyes", |_, state| {
                let fits = |standing: &Standing| {
                    let approved = standing.status.is_in_force() || matches!(standing.status, Approved | Retired);
                    !approved || !standing.needs_review || state.reviewed.contains(&standing.version)
                };
                state.port.iter().all(fits)
            }),
            Property::<Self>::always("what has ended stays so", |_, state| {
                let over = |standing: &Standing| matches!(standing.status, Retired | Rejected);
                state.port.iter().all(|standing| !state.ended.contains(&standing.version) || over(standing))
            }),
            Property::<Self>::always("a major does not end while somebody relies on it", |_, state| !state.abandoned),
            Property::<Self>::always("what is active is the newest in force of its major", |_, state| {
                let newer = |a: &Standing, b: &Standing| a.version.major == b.version.major && a.version < b.version;
                let overtaken = |a: &Standing| state.port.iter().any(|b| newer(a, b) && b.status.is_in_force());
                state.port.iter().all(|standing| standing.status != Active || !overtaken(standing))
            }),
            Property::<Self>::always("only what is deprecated or retired has a sunset", |_, state| {
                state.port.iter().all(|it| it.sunset.is_none() || matches!(it.status, Deprecated | Retired))
            }),
            Property::<Self>::sometimes("a reviewed version comes into force", |_, state| {
                state.port.iter().any(|standing| standing.needs_review && standing.status == Active)
            }),
            Property::<Self>::sometimes("both majors are active", |_, state| {
                let active = |major| state.port.iter().any(|it| it.version.major == major && it.status == Active);
                active(1) && active(2)
            }),
            Property::<Self>::sometimes("a fix comes into a major on its way out", |_, state| {
                let going = |it: &&Standing| it.status == Deprecated && it.sunset.is_some() && it.version.major == 1;
                state.port.iter().filter(going).count() == 2
            }),
            Property::<Self>::sometimes("everything ended", |_, state| {
                state.unregistered.is_empty() && state.ended.len() == state.port.len()
            }),
        ]
    }
}

#[test]
fn no_path_leads_where_none_may_lead() {
    let checked = World.checker().spawn_bfs().join();
    checked.assert_properties();
    // A model that visits next to nothing proves nothing.
    assert!(checked.unique_state_count() > 5_000, "{} states", checked.unique_state_count());
}

#[test]
fn of_all_people_only_an_officer_from_outside_approves() {
    let proposed = Standing {
        version: Version::new(1, 0, 0),
        status: Proposed,
        needs_review: true,
        proposer: "pat".into(),
        sunset: None,
    };
    let approve = |asker| {
        let asked = Asked { transition: Transition::Approve, asker, sunset: None, unsettled: 0 };
        ask(std::slice::from_ref(&proposed), &proposed.version, &asked).map(|steps| steps.len())
    };
    let expected =
        [Err(Refusal::NotEntitled), Err(Refusal::OwnWork), Err(Refusal::OwnWork), Ok(1), Err(Refusal::NotEntitled)];
    assert_eq!(PEOPLE.map(approve), expected);
}
