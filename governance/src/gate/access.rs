//! Who may submit documents.

use mesh_policy::Principal;

use crate::failure::{self, Failure};

/// Before a document is parsed: only someone who owns some domain can have anything to submit.
pub(crate) fn may_submit(principal: &Principal) -> Result<(), Failure> {
    if principal.owns_any() {
        return Ok(());
    }
    Err(Failure::new(failure::NOT_OWNER, format!("`{}` owns no domain", principal.name)))
}

/// Before a document is stored: it must be of a domain that the principal owns.
pub(crate) fn may_submit_for(principal: &Principal, domain: &str) -> Result<(), Failure> {
    if principal.owns(domain) {
        return Ok(());
    }
    Err(Failure::new(failure::NOT_OWNER, format!("`{}` does not own the domain `{domain}`", principal.name)))
}
