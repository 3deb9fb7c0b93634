//! Who may see an agreement, and who decides on it.

use mesh_api::{AgreementAction as Action, AgreementSummary};
use mesh_policy::Principal;

/// Who approved in this round, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Approvals {
    pub(crate) owner: Option<String>,
    pub(crate) governance: Option<String>,
}

/// Why a principal may not take a step that others may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotYours {
    /// Neither an owner of the port's domain nor governance.
    NoPart,
    /// It would decide on its own request.
    Own,
    /// It approved already, and a second pair of eyes is asked for.
    Twice,
}

impl NotYours {
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::NoPart => "owners of the port's domain decide, and governance where the classification asks for it",
            Self::Own => "nobody decides on a request of their own",
            Self::Twice => "two principals decide where the classification asks for two",
        }
    }
}

/// Whether the principal may know that the agreement exists.
pub(crate) fn may_see(principal: &Principal, agreement: &AgreementSummary) -> bool {
    principal.name == agreement.principal || principal.owns(agreement.port.domain()) || principal.governs()
}

/// In which part the principal approves.
pub(crate) fn approves(
    principal: &Principal,
    agreement: &AgreementSummary,
    approvals: &Approvals,
) -> Result<Action, NotYours> {
    let Approvals { owner, governance } = approvals;
    let owns = principal.is_owner(agreement.port.domain());
    decides(principal, agreement)?;
    let has = |approval: &Option<String>| approval.as_ref() == Some(&principal.name);
    if has(owner) || has(governance) {
        return Err(NotYours::Twice);
    }
    // Who is both stands in for the owner first: that part is always needed.
    if owns && (owner.is_none() || !principal.governs()) {
        return Ok(Action::ApproveAsOwner);
    }
    if principal.governs() { Ok(Action::ApproveAsGovernance) } else { Err(NotYours::NoPart) }
}

/// Whether the principal may refuse a request.
pub(crate) fn rejects(principal: &Principal, agreement: &AgreementSummary) -> Result<Action, NotYours> {
    decides(principal, agreement).map(|()| Action::Reject)
}

/// Whether the principal may end an agreement: whoever could have refused it, and whom it grants access.
pub(crate) fn revokes(principal: &Principal, agreement: &AgreementSummary) -> Result<Action, NotYours> {
    if principal.name == agreement.principal {
        return Ok(Action::Revoke);
    }
    decides(principal, agreement).map(|()| Action::Revoke)
}

/// Whether the principal may ask for a longer agreement: whom it grants access.
pub(crate) fn renews(principal: &Principal, agreement: &AgreementSummary) -> Result<Action, NotYours> {
    if principal.name == agreement.principal { Ok(Action::Renew) } else { Err(NotYours::NoPart) }
}

fn decides(principal: &Principal, agreement: &AgreementSummary) -> Result<(), NotYours> {
    if principal.name == agreement.principal {
        return Err(NotYours::Own);
    }
    if principal.is_owner(agreement.port.domain()) || principal.governs() { Ok(()) } else { Err(NotYours::NoPart) }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use mesh_api::AgreementStatus;

    use super::*;

    fn principal(name: &str, roles: &[&str]) -> Principal {
        Principal { name: name.into(), roles: roles.iter().map(|role| (*role).to_owned()).collect() }
    }

    fn agreement() -> AgreementSummary {
        AgreementSummary {
            id: "agr-1".into(),
            port: "lending.loans".parse().expect("a name"),
            major: 1,
            principal: "omar".into(),
            purposes: ["risk".to_owned()].into(),
            columns: None,
            classification: "confidential".into(),
            needs_governance: true,
            status: AgreementStatus::Requested,
            until: DateTime::UNIX_EPOCH,
            starts: None,
            expires: None,
            requested_at: DateTime::UNIX_EPOCH,
            revision: 1,
        }
    }

    fn approved(owner: Option<&str>, governance: Option<&str>) -> Approvals {
        Approvals { owner: owner.map(str::to_owned), governance: governance.map(str::to_owned) }
    }

    #[test]
    fn four_eyes_are_of_two_principals_neither_of_whom_asked() {
        let approves = |name: &str, roles: &[&str], owner: Option<&str>, governance: Option<&str>| {
            approves(&principal(name, roles), &agreement(), &approved(owner, governance))
        };
        assert_eq!(approves("lena", &["owner:lending"], None, None), Ok(Action::ApproveAsOwner));
        assert_eq!(approves("officer", &["governance"], None, None), Ok(Action::ApproveAsGovernance));
        let both = ["owner:lending", "governance"];
        assert_eq!(approves("bo", &both, None, None), Ok(Action::ApproveAsOwner));
        assert_eq!(approves("bo", &both, Some("lena"), None), Ok(Action::ApproveAsGovernance));
        assert_eq!(approves("bo", &both, Some("bo"), None), Err(NotYours::Twice));
        assert_eq!(approves("bo", &both, None, Some("bo")), Err(NotYours::Twice));
        assert_eq!(approves("omar", &both, None, None), Err(NotYours::Own));
        assert_eq!(approves("ivo", &["owner:investing"], None, None), Err(NotYours::NoPart));
        assert_eq!(
            approves("product", &["service:lending"], None, None),
            Err(NotYours::NoPart),
            "a product is no person"
        );
    }

    #[test]
    fn both_sides_end_an_agreement_and_only_its_holder_renews_it() {
        let agreement = agreement();
        let (omar, lena) = (principal("omar", &["analyst"]), principal("lena", &["owner:lending"]));
        let ana = principal("ana", &["analyst"]);
        assert!(revokes(&omar, &agreement).is_ok() && revokes(&lena, &agreement).is_ok());
        assert!(revokes(&ana, &agreement).is_err() && renews(&lena, &agreement).is_err());
        assert!(renews(&omar, &agreement).is_ok() && rejects(&omar, &agreement).is_err());
        let seen = [&omar, &lena, &ana, &principal("officer", &["governance"]), &principal("p", &["service:lending"])];
        assert_eq!(seen.map(|principal| may_see(principal, &agreement)), [true, true, false, true, true]);
    }
}
