//! Who sees which events, and for how long.

pub(crate) mod prune;

use mesh_api::{Event, EventFilter, EventKind, QualityAffected};
use mesh_policy::Principal;
use serde_json::json;

use crate::failure::{self, Failure};
use crate::quality::affected;
use crate::store::events::StoredEvent;

/// Longest text that a filter asks for, in characters.
const TEXT_CHARS_MAX: usize = 500;

/// Whether the principal may see an event: everyone may see what happens to ports and products, which everyone may list; what is
/// private is for the one it is about, the domain's owners and governance.
pub(crate) fn may_see(principal: &Principal, stored: &StoredEvent) -> bool {
    stored
        .private_to
        .as_ref()
        .is_none_or(|name| *name == principal.name || principal.owns(&stored.event.data.domain) || principal.governs())
}

/// An event as the principal may see it: whom a broken rule or service level concerns is not everybody's to know.
pub(crate) fn told(principal: &Principal, mut event: Event) -> Event {
    let names_consumers =
        matches!(event.kind, EventKind::ServiceLevelChanged | EventKind::QualityFailed | EventKind::QualityRecovered);
    if names_consumers && let Some(affected) = event.data.detail.get_mut("affected") {
        let whole: QualityAffected = serde_json::from_value(affected.take()).unwrap_or_default();
        *affected = json!(affected::told(whole, principal, &event.data.domain));
    }
    event
}

/// Whether an event is among those that are asked for.
pub(crate) fn passes(filter: &EventFilter, stored: &StoredEvent) -> bool {
    let (event, data) = (&stored.event, &stored.event.data);
    filter.domain.as_ref().is_none_or(|domain| *domain == data.domain)
        && filter.port.as_ref().is_none_or(|port| Some(port) == data.port.as_ref())
        && filter.rule.as_ref().is_none_or(|rule| Some(rule) == data.rule.as_ref())
        && filter.kind.is_none_or(|kind| kind == event.kind)
}

/// Refuses filters that no event could pass by their size alone.
pub(crate) fn held(filter: EventFilter) -> Result<EventFilter, Failure> {
    let texts = [("domain", &filter.domain), ("rule", &filter.rule)];
    for (name, text) in texts {
        if text.as_ref().is_some_and(|text| text.chars().count() > TEXT_CHARS_MAX || text.contains('\0')) {
            let detail = format!("`{name}` has at most {TEXT_CHARS_MAX} characters, and none of them is NUL");
            return Err(Failure::new(failure::BAD_QUERY, detail));
        }
    }
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use mesh_api::EventData;

    use super::*;

    fn event(private_to: Option<&str>) -> StoredEvent {
        let data = EventData {
            actor: "omar".into(),
            domain: "lending".into(),
            port: Some("lending.loans".parse().expect("a name")),
            rule: None,
            detail: serde_json::json!({}),
        };
        let event = Event { sequence: 1, kind: EventKind::AgreementChanged, at: DateTime::UNIX_EPOCH, data };
        StoredEvent { event, private_to: private_to.map(str::to_owned) }
    }

    #[test]
    fn what_is_private_is_seen_by_whom_it_is_about_the_owners_and_governance() {
        let sees = |name: &str, roles: &[&str], private_to| {
            let roles = roles.iter().map(|role| (*role).to_owned()).collect();
            may_see(&Principal { name: name.into(), roles }, &event(private_to))
        };
        assert!(sees("ana", &[], None));
        assert!(sees("omar", &[], Some("omar")));
        assert!(sees("lena", &["owner:lending"], Some("omar")) && sees("officer", &["governance"], Some("omar")));
        assert!(!sees("ana", &["analyst"], Some("omar")) && !sees("dan", &["owner:deposits"], Some("omar")));
    }

    #[test]
    fn a_filter_passes_what_it_names() {
        let filter = |text: &str| serde_json::from_str::<EventFilter>(text).expect("a filter");
        let passes = |text: &str| super::passes(&filter(text), &event(None));
        assert!(
            passes("{}") && passes(r#"{"domain": "lending", "port": "lending.loans", "type": "agreement.changed"}"#)
        );
        for other in [
            r#"{"domain": "deposits"}"#,
            r#"{"port": "lending.x"}"#,
            r#"{"rule": "x"}"#,
            r#"{"type": "quality.failed"}"#,
        ] {
            assert!(!passes(other), "{other}");
        }
    }
}
