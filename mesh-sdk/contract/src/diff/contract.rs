//! The top of the document.

use super::level::{self, Compare, Group};
use super::sides::{Changes, Sides};
use super::{class, extensions, governance, meaning, object, service};
use crate::model::{Contract, Status};
use crate::shape::shown;

/// Every key of a contract. `version` announces changes and is none (`version.rs`).
pub(super) const GROUPS: &[Group<Contract>] = &[
    Group(&["version"], Compare::Elsewhere),
    Group(&["id"], Compare::As(&class::ID_CHANGED)),
    Group(&["domain"], Compare::As(&class::DOMAIN_CHANGED)),
    Group(&["tenant"], Compare::As(&class::TENANT_CHANGED)),
    Group(&["dataProduct"], Compare::As(&class::PRODUCT_CHANGED)),
    Group(&["name"], Compare::As(&class::NAME_CHANGED)),
    Group(&["apiVersion", "kind"], Compare::As(&class::STANDARD_CHANGED)),
    Group(&["status"], Compare::With(status)),
    Group(&["description"], Compare::With(governance::description)),
    Group(&["schema"], Compare::With(object::objects)),
    Group(&["servers"], Compare::With(service::servers)),
    Group(&["slaProperties", "slaDefaultElement"], Compare::With(service::levels)),
    Group(&["support"], Compare::With(service::support)),
    Group(&["price"], Compare::As(&class::PRICE_CHANGED)),
    Group(&["team"], Compare::With(governance::team)),
    Group(&["roles"], Compare::With(governance::roles)),
    Group(&["authoritativeDefinitions"], Compare::With(meaning::definitions)),
    Group(&["customProperties"], Compare::With(extensions::compare)),
    Group(&["tags"], Compare::With(governance::tags)),
    Group(&["context"], Compare::As(&class::GUIDANCE_CHANGED)),
    Group(&["contractCreatedTs"], Compare::As(&class::DESCRIPTION_CHANGED)),
];

pub(super) fn compare(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    level::compare(sides, GROUPS, changes);
}

fn status(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let (old, new) = (sides.old.it.status, sides.new.it.status);
    let class = match (order(old), order(new)) {
        (from, to) if from == to && old == new => return,
        (from, to) if to < from => &class::STATUS_REVERTED,
        _ => match new {
            Status::Retired => &class::STATUS_RETIRED,
            Status::Deprecated => &class::STATUS_DEPRECATED,
            Status::Proposed | Status::Draft | Status::Active => &class::STATUS_ADVANCED,
        },
    };
    let at = sides.key("status");
    changes.changed(class, &at, format!("the status was {} and is {}", shown(at.old.raw), shown(at.new.raw)));
}

fn order(status: Status) -> u8 {
    match status {
        Status::Proposed | Status::Draft => 0,
        Status::Active => 1,
        Status::Deprecated => 2,
        Status::Retired => 3,
    }
}
