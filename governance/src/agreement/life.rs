//! The life of an agreement: which step leads where, and which leads nowhere.

use mesh_api::{AgreementAction as Action, AgreementStatus as Status};

/// Where an agreement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) status: Status,
    /// The owner approved in this round: of the request, or of the renewal under way.
    pub(crate) by_owner: bool,
    /// Governance approved in this round.
    pub(crate) by_governance: bool,
}

impl State {
    /// The state after `action`; `None` when there is no such step. `needs_governance` is whether the owner's approval alone
    /// is not enough.
    pub(crate) fn after(self, action: Action, needs_governance: bool) -> Option<Self> {
        let open = matches!(self.status, Status::Requested | Status::Renewing);
        let alive = open || self.status == Status::Active;
        let to = |status| Some(Self { status, by_owner: false, by_governance: false });
        match action {
            Action::ApproveByRule if open && !needs_governance => to(Status::Active),
            Action::ApproveAsOwner if open && !self.by_owner => {
                Self { by_owner: true, ..self }.if_complete(needs_governance)
            }
            // A domain decides about its own ports; governance joins only where it must.
            Action::ApproveAsGovernance if open && needs_governance && !self.by_governance => {
                Self { by_governance: true, ..self }.if_complete(needs_governance)
            }
            Action::Reject if self.status == Status::Requested => to(Status::Rejected),
            // What was granted stays granted to its end.
            Action::Reject if self.status == Status::Renewing => to(Status::Active),
            Action::Renew if self.status == Status::Active => to(Status::Renewing),
            Action::Revoke if alive => to(Status::Revoked),
            Action::Expire if alive => to(Status::Expired),
            _ => None,
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is one of the steps, which may lead nowhere")]
    fn if_complete(self, needs_governance: bool) -> Option<Self> {
        if self.by_owner && (self.by_governance || !needs_governance) {
            return Some(Self { status: Status::Active, by_owner: false, by_governance: false });
        }
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use super::*;

    /// A request on which nobody has decided.
    const NEW: State = State { status: Status::Requested, by_owner: false, by_governance: false };

    /// Every state there can be, whether or not a path leads to it.
    fn states() -> impl Iterator<Item = State> {
        let approvals = [(false, false), (true, false), (false, true), (true, true)];
        Status::ALL.into_iter().flat_map(move |status| {
            approvals.into_iter().map(move |(by_owner, by_governance)| State { status, by_owner, by_governance })
        })
    }

    fn name(state: State) -> String {
        let approved = match (state.by_owner, state.by_governance) {
            (false, false) => "",
            (true, false) => "+owner",
            (false, true) => "+governance",
            (true, true) => "+both",
        };
        format!("{}{approved}", state.status.as_str())
    }

    /// States that a path from a new request leads to.
    fn reachable(needs_governance: bool) -> Vec<State> {
        let (mut found, mut next) = (vec![NEW], 0);
        while let Some(state) = found.get(next).copied() {
            for after in Action::ALL.into_iter().filter_map(|action| state.after(action, needs_governance)) {
                if !found.contains(&after) {
                    found.push(after);
                }
            }
            next += 1;
        }
        found
    }

    #[test]
    fn the_table_of_all_steps() {
        let mut table = String::new();
        for needs_governance in [false, true] {
            for state in states().filter(|state| reachable(needs_governance).contains(state)) {
                for action in Action::ALL {
                    if let Some(after) = state.after(action, needs_governance) {
                        let who = if needs_governance { "both" } else { "owner" };
                        writeln!(table, "{who}: {} -{}-> {}", name(state), action.as_str(), name(after)).expect("text");
                    }
                }
            }
        }
        insta::assert_snapshot!(table, @r"
        owner: requested -approve-by-rule-> active
        owner: requested -approve-as-owner-> active
        owner: requested -reject-> rejected
        owner: requested -revoke-> revoked
        owner: requested -expire-> expired
        owner: active -renew-> renewing
        owner: active -revoke-> revoked
        owner: active -expire-> expired
        owner: renewing -approve-by-rule-> active
        owner: renewing -approve-as-owner-> active
        owner: renewing -reject-> active
        owner: renewing -revoke-> revoked
        owner: renewing -expire-> expired
        both: requested -approve-as-owner-> requested+owner
        both: requested -approve-as-governance-> requested+governance
        both: requested -reject-> rejected
        both: requested -revoke-> revoked
        both: requested -expire-> expired
        both: requested+owner -approve-as-governance-> active
        both: requested+owner -reject-> rejected
        both: requested+owner -revoke-> revoked
        both: requested+owner -expire-> expired
        both: requested+governance -approve-as-owner-> active
        both: requested+governance -reject-> rejected
        both: requested+governance -revoke-> revoked
        both: requested+governance -expire-> expired
        both: active -renew-> renewing
        both: active -revoke-> revoked
        both: active -expire-> expired
        both: renewing -approve-as-owner-> renewing+owner
        both: renewing -approve-as-governance-> renewing+governance
        both: renewing -reject-> active
        both: renewing -revoke-> revoked
        both: renewing -expire-> expired
        both: renewing+owner -approve-as-governance-> active
        both: renewing+owner -reject-> active
        both: renewing+owner -revoke-> revoked
        both: renewing+owner -expire-> expired
        both: renewing+governance -approve-as-owner-> active
        both: renewing+governance -reject-> active
        both: renewing+governance -revoke-> revoked
        both: renewing+governance -expire-> expired
        ");
    }

    #[test]
    fn whatever_the_state_what_ended_stays_ended_and_nobody_is_left_out() {
        let ended = BTreeSet::from([Status::Rejected, Status::Revoked, Status::Expired]);
        for (state, needs_governance) in states().flat_map(|state| [(state, false), (state, true)]) {
            for action in Action::ALL {
                let Some(after) = state.after(action, needs_governance) else { continue };
                assert!(!ended.contains(&state.status), "{} {action:?}", name(state));
                if !state.status.in_force() && after.status.in_force() {
                    let owner = state.by_owner || action == Action::ApproveAsOwner;
                    let governance = state.by_governance || action == Action::ApproveAsGovernance;
                    let by_rule = action == Action::ApproveByRule && !needs_governance;
                    assert!(by_rule || owner && (governance || !needs_governance), "{} {action:?}", name(state));
                }
                let round_over = after.status != state.status;
                assert!(!round_over || !after.by_owner && !after.by_governance, "approvals are of one round");
            }
        }
    }

    #[test]
    fn whoever_is_needed_later_is_asked_for() {
        // The classification was raised between the two decisions: the owner's approval is no longer enough.
        let asked = NEW.after(Action::ApproveAsGovernance, true).expect("a step");
        assert_eq!(asked.after(Action::ApproveAsOwner, true).expect("a step").status, Status::Active);
        assert_eq!(NEW.after(Action::ApproveByRule, true), None);
    }
}
