//! Names, times and states: read to the letter, since everything else hangs on them.

use chrono::{DateTime, SubsecRound as _, Utc};
use serde_json::{Map, Value};

use super::fault::ToldError;
use crate::event::EventType;

/// Longest namespace, in characters.
pub const NAMESPACE_LENGTH_MAX: usize = 1_024;
/// Longest name of a job or dataset, in characters.
pub const NAME_LENGTH_MAX: usize = 2_048;
/// Longest name of a column, in characters.
pub const COLUMN_LENGTH_MAX: usize = 512;

/// When a run is, and every state that OpenLineage knows.
const STATES: [(&str, EventType); 6] = [
    ("START", EventType::Start),
    ("RUNNING", EventType::Running),
    ("COMPLETE", EventType::Complete),
    ("ABORT", EventType::Abort),
    ("FAIL", EventType::Fail),
    ("OTHER", EventType::Other),
];

pub(super) fn object<'a>(parent: &'a Map<String, Value>, key: &str) -> Result<&'a Map<String, Value>, ToldError> {
    match parent.get(key) {
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(ToldError::new(key, "is not an object")),
        None => Err(ToldError::new(key, "is missing")),
    }
}

pub(super) fn namespace(parent: &Map<String, Value>, place: &str) -> Result<String, ToldError> {
    text(parent, "namespace", place, NAMESPACE_LENGTH_MAX)
}

pub(super) fn name(parent: &Map<String, Value>, place: &str) -> Result<String, ToldError> {
    text(parent, "name", place, NAME_LENGTH_MAX)
}

fn text(parent: &Map<String, Value>, key: &str, place: &str, length_max: usize) -> Result<String, ToldError> {
    let place = || format!("{place}.{key}");
    match parent.get(key) {
        Some(Value::String(text)) => checked(text, place, length_max).map(str::to_owned),
        Some(_) => Err(ToldError::new(place(), "is not a text")),
        None => Err(ToldError::new(place(), "is missing")),
    }
}

/// A text that can be a name: keys of the graph go into logs, paths and terminals, and PostgreSQL keeps no NUL.
pub(super) fn checked(text: &str, place: impl Fn() -> String, length_max: usize) -> Result<&str, ToldError> {
    let hostile = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.is_empty() {
        Err(ToldError::new(place(), "is empty"))
    } else if text.chars().count() > length_max {
        Err(ToldError::new(place(), format!("has more than {length_max} characters")))
    } else if text.contains(hostile) {
        Err(ToldError::new(place(), "holds a control character"))
    } else {
        Ok(text)
    }
}

pub(super) fn time(event: &Map<String, Value>) -> Result<DateTime<Utc>, ToldError> {
    let fault = || ToldError::new("eventTime", "is not a time with an offset from UTC");
    let text = event.get("eventTime").ok_or_else(|| ToldError::new("eventTime", "is missing"))?;
    let time = DateTime::parse_from_rfc3339(text.as_str().ok_or_else(fault)?).map_err(|_| fault())?;
    Ok(time.to_utc().trunc_subsecs(6))
}

pub(super) fn uuid(run: &Map<String, Value>) -> Result<String, ToldError> {
    let text = run.get("runId").ok_or_else(|| ToldError::new("run.runId", "is missing"))?.as_str();
    let groups = |text: &str| text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let uuid = text.filter(|text| groups(text) && hex(text));
    uuid.map(str::to_ascii_lowercase).ok_or_else(|| ToldError::new("run.runId", "is not a UUID"))
}

/// An event that names no state adds to what is known of the run, and nothing else.
pub(super) fn state(event: &Map<String, Value>) -> Result<EventType, ToldError> {
    match event.get("eventType") {
        None | Some(Value::Null) => Ok(EventType::Other),
        Some(value) => {
            let word = value.as_str().unwrap_or_default();
            let found = STATES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
            found.map(|(_, state)| *state).ok_or_else(|| ToldError::new("eventType", "is not a state of OpenLineage"))
        }
    }
}

pub(super) fn at_most(count: usize, most: usize, place: &str, of: &str) -> Result<(), ToldError> {
    if count <= most {
        return Ok(());
    }
    Err(ToldError::new(place, format!("has {count} {of}, and at most {most} are taken")))
}
