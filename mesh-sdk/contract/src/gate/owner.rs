//! Somebody answers for the data.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule =
    Rule { code: Code(101), name: "owner", title: "nobody owns the data", severity: Severity::Error, check };

fn check(subject: &Subject<'_>, found: &mut Found) {
    let owner = |role: &str| matches!(role.trim().to_lowercase().as_str(), "owner" | "data owner" | "product owner");
    if !subject.contract.team.iter().any(|member| member.role.as_deref().is_some_and(owner)) {
        let place = subject.place(&["team", "domain"]);
        found.of_contract(place, "no member of the team is the owner", "give one member `role: owner`");
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn a_team_has_an_owner() {
        breaks("FC-0101", "role: owner", "role: steward", "team");
        keeps("FC-0101", "role: owner", "role: Data Owner");
    }
}
