//! What a request must be, whatever it is for.

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use mesh_api::{RenewAccess, RequestAccess};

use crate::failure::{self, Failure};
use crate::gate::reason::reason;

/// Most purposes of a request.
const PURPOSES_MAX: usize = 20;
/// Most columns that a request names.
const COLUMNS_MAX: usize = 2000;
/// Most characters of a purpose or a column's name.
const NAME_LENGTH_MAX: usize = 200;
/// Most characters of an idempotency key.
const KEY_LENGTH_MAX: usize = 100;
/// Longest access, from now on.
const DAYS_MAX: i64 = 731;

/// Holds a request to the limits, and rounds its time to what the database keeps.
pub(crate) fn request(request: RequestAccess, now: DateTime<Utc>) -> Result<RequestAccess, Failure> {
    names("purposes", &request.purposes, PURPOSES_MAX)?;
    if let Some(columns) = &request.columns {
        names("columns", columns, COLUMNS_MAX)?;
    }
    let reason = reason(&request.reason)?.to_owned();
    // The database has no greater number.
    if i64::try_from(request.major).is_err() {
        return Err(refuse(format!("`major` is `{}`: there is no such version", request.major)));
    }
    Ok(RequestAccess { until: until(request.until, now)?, reason, ..request })
}

/// Holds a renewal to the limits. `granted` is until when access is granted already.
pub(crate) fn renewal(
    renewal: &RenewAccess,
    granted: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<RenewAccess, Failure> {
    let reason = reason(&renewal.reason)?.to_owned();
    let until = until(renewal.until, now)?;
    if let Some(granted) = granted.filter(|granted| until <= *granted) {
        return Err(refuse(format!("`until` is `{until}`, and access is granted until `{granted}` already")));
    }
    Ok(RenewAccess { until, reason })
}

/// Holds an idempotency key to the limits.
pub(crate) fn key(key: &[u8]) -> Result<&str, Failure> {
    let text = str::from_utf8(key).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    text.filter(|text| (1..=KEY_LENGTH_MAX).contains(&text.len()))
        .ok_or_else(|| refuse(format!("`idempotency-key` is of 1 to {KEY_LENGTH_MAX} visible ASCII characters")))
}

fn names(key: &str, names: &BTreeSet<String>, most: usize) -> Result<(), Failure> {
    if !(1..=most).contains(&names.len()) {
        return Err(refuse(format!("`{key}` has {} entries: expected 1 to {most}", names.len())));
    }
    let is_name = |name: &String| {
        !name.trim().is_empty() && name.chars().count() <= NAME_LENGTH_MAX && !name.chars().any(char::is_control)
    };
    if names.iter().all(is_name) {
        return Ok(());
    }
    Err(refuse(format!("each of `{key}` is of 1 to {NAME_LENGTH_MAX} characters, none of them a control character")))
}

fn until(until: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let rounded = until.trunc_subsecs(6);
    if rounded > now && rounded <= now + TimeDelta::days(DAYS_MAX) {
        return Ok(rounded);
    }
    Err(refuse(format!("`until` is `{until}`: expected a time within the next {DAYS_MAX} days")))
}

fn refuse(detail: String) -> Failure {
    Failure::new(failure::BAD_WISH, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().expect("a time")
    }

    fn good() -> RequestAccess {
        RequestAccess {
            port: "lending.loans".parse().expect("a name"),
            major: 1,
            purposes: ["risk".to_owned()].into(),
            columns: None,
            until: now() + TimeDelta::days(30),
            reason: "the monthly report".into(),
        }
    }

    #[test]
    fn requests_have_limits() {
        let refused = |change: &dyn Fn(&mut RequestAccess)| {
            let mut wish = good();
            change(&mut wish);
            request(wish, now()).is_err()
        };
        assert!(!refused(&|_| {}));
        let many = |count: usize| (0..count).map(|index| index.to_string()).collect::<BTreeSet<_>>();
        assert!(!refused(&|wish| wish.purposes = many(20)));
        assert!(refused(&|wish| wish.purposes = many(21)) && refused(&|wish| wish.purposes = many(0)));
        assert!(refused(&|wish| wish.columns = Some(many(0))) && refused(&|wish| wish.columns = Some(many(2001))));
        assert!(refused(&|wish| wish.purposes = ["a\0b".to_owned()].into()));
        assert!(refused(&|wish| wish.purposes = ["x".repeat(201)].into()));
        assert!(refused(&|wish| wish.reason = " \n".into()) && refused(&|wish| wish.reason = "x".repeat(2001)));
        assert!(refused(&|wish| wish.reason = "a\u{1b}[31m".into()) && refused(&|wish| wish.reason = "a\0".into()));
        assert!(refused(&|wish| wish.until = now()) && refused(&|wish| wish.until = now() + TimeDelta::days(732)));
        assert!(refused(&|wish| wish.until = DateTime::<Utc>::MAX_UTC) && refused(&|wish| wish.major = u64::MAX));
    }

    #[test]
    fn times_are_kept_as_the_database_keeps_them() {
        let until = now() + TimeDelta::nanoseconds(1_234_567_891);
        let kept = request(RequestAccess { until, ..good() }, now()).expect("a request").until;
        assert_eq!(kept, now() + TimeDelta::microseconds(1_234_567));
    }

    #[test]
    fn a_renewal_makes_it_longer() {
        let ask = |days| {
            let wish = RenewAccess { until: now() + TimeDelta::days(days), reason: "still needed".into() };
            renewal(&wish, Some(now() + TimeDelta::days(30)), now()).is_ok()
        };
        assert!(ask(31) && !ask(30) && !ask(29) && !ask(732));
    }

    #[test]
    fn keys_are_short_and_visible() {
        assert_eq!(key(b"3f2a-1").expect("a key"), "3f2a-1");
        for bad in [b"".as_slice(), b"a b", b"\xff", "é".as_bytes(), &[b'x'; 101]] {
            assert!(key(bad).is_err(), "{bad:?}");
        }
    }
}
