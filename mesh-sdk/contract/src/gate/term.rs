//! Service levels that are lengths of time.

use serde_json::Value;

use super::found::Found;
use super::subject::Subject;
use crate::faults::Pointer;
use crate::model::{Contract, SlaProperty};

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
    let number = match &level.value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let unit = match level.unit.as_deref()?.trim().to_lowercase().as_str() {
        "s" | "sec" | "second" | "seconds" => 1.0 / 86_400.0,
        "min" | "minute" | "minutes" => 1.0 / 1_440.0,
        "h" | "hr" | "hour" | "hours" => 1.0 / 24.0,
        "d" | "day" | "days" => 1.0,
        "w" | "week" | "weeks" => 7.0,
        "m" | "mo" | "month" | "months" => 365.25 / 12.0,
        "y" | "yr" | "year" | "years" => 365.25,
        _ => return None,
    };
    (number > 0.0 && number.is_finite()).then_some(number * unit)
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
