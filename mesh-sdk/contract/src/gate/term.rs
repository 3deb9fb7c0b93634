//! Service levels that are lengths of time.

use super::found::Found;
use super::subject::Subject;
use crate::faults::Pointer;
use crate::model::{Contract, Length, SlaProperty};

/// A service level of one of these names.
pub(super) fn level<'a>(contract: &'a Contract, names: &[&str]) -> Option<(usize, &'a SlaProperty)> {
    contract
        .sla
        .iter()
        .enumerate()
        .find(|(_, level)| names.iter().any(|name| level.property.eq_ignore_ascii_case(name)))
}

/// Its length in days; `None` when it is not a positive number of a unit of time.
pub(super) fn days(level: &SlaProperty) -> Option<f64> {
    level.length().map(Length::days)
}

/// The length as people write it.
pub(super) fn shown(level: &SlaProperty) -> String {
    format!("{} {}", crate::shape::shown(&level.value).trim_matches('`'), level.unit.as_deref().unwrap_or_default())
}

/// Reports that no service level of these names is there, or that the first is no length of time.
pub(super) fn check(subject: &Subject<'_>, names: &[&str], help: &str, found: &mut Found) {
    let name = names.first().copied().unwrap_or_default();
    match level(subject.contract, names) {
        None => {
            let place = subject.place(&["slaProperties"]);
            found.of_contract(place, format!("no service level states the {name}"), help);
        }
        Some((index, level)) if days(level).is_none() => {
            let place = Pointer::default().key("slaProperties").item(index).key("value");
            let message = format!("the {name} `{}` is not a length of time", shown(level).trim());
            found.at(place, "", message, "a number above zero, and `unit`: `h`, `d`, `m` or `y`");
        }
        Some(_) => {}
    }
}
