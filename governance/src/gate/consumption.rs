//! Which reads may be counted: those of the caller's own domain, in names that the registry keeps.

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{PortRead, RecordReads};
use mesh_policy::Principal;

use crate::failure::{self, Failure};
use crate::middleware::span::Clean;

/// Clocks differ.
const AHEAD_MAX: TimeDelta = TimeDelta::days(1);
/// Most columns of one read.
const COLUMNS_MAX: usize = 10_000;
/// Longest identity, principal, purpose and snapshot, in characters.
const NAME_LENGTH_MAX: usize = 200;
/// Longest name of a column, in characters.
const COLUMN_LENGTH_MAX: usize = 512;
/// The greatest whole number that every JSON parser reads exactly.
const NUMBER_MAX: u64 = (1 << 53) - 1;

/// The domain whose reads these are.
pub(crate) fn judge<'a>(
    principal: &Principal,
    request: &'a RecordReads,
    now: DateTime<Utc>,
) -> Result<Option<&'a str>, Failure> {
    if request.reads.len() > RecordReads::READS_MAX {
        let detail =
            format!("there are {} reads, and at most {} are taken", request.reads.len(), RecordReads::READS_MAX);
        return Err(Failure::new(failure::BAD_READ, detail));
    }
    let domain = request.reads.first().map(|read| read.port.domain());
    for (place, read) in request.reads.iter().enumerate() {
        if Some(read.port.domain()) != domain {
            return Err(Failure::new(failure::BAD_READ, "the reads are of more than one domain"));
        }
        let bad = |fault: String| Failure::new(failure::BAD_READ, format!("`reads[{place}].{fault}"));
        fault(read, now).map_or(Ok(()), |fault| Err(bad(fault)))?;
    }
    // Owners may not: who reads decides what they may change.
    if let Some(domain) = domain
        && !principal.roles.iter().any(|role| role.strip_prefix("service:") == Some(domain))
    {
        let detail = format!("`{}` is not the service of the domain `{domain}`", principal.name);
        return Err(Failure::new(failure::NOT_OWNER, detail));
    }
    Ok(domain)
}

fn fault(read: &PortRead, now: DateTime<Utc>) -> Option<String> {
    let names = [
        ("id", Some(read.id.as_str())),
        ("principal", Some(&read.principal)),
        ("purpose", read.purpose.as_deref()),
        ("snapshot", read.snapshot.as_deref()),
    ];
    for (key, text) in names {
        if let Some(fault) = text.and_then(|text| name_fault(text, NAME_LENGTH_MAX)) {
            return Some(format!("{key}` {fault}"));
        }
    }
    if read.columns.len() > COLUMNS_MAX {
        return Some(format!("columns` has more than {COLUMNS_MAX} entries"));
    }
    let column = read.columns.iter().find_map(|column| Some((column, name_fault(column, COLUMN_LENGTH_MAX)?)));
    if let Some((column, fault)) = column {
        return Some(format!("columns`: `{}` {fault}", Clean(column)));
    }
    if read.major > NUMBER_MAX || read.rows > NUMBER_MAX {
        return Some(format!("{}` is above {NUMBER_MAX}", if read.major > NUMBER_MAX { "major" } else { "rows" }));
    }
    let range = DateTime::UNIX_EPOCH..=now + AHEAD_MAX;
    (!range.contains(&read.at)).then(|| "at` is before 1970 or more than a day ahead".to_owned())
}

fn name_fault(text: &str, length_max: usize) -> Option<String> {
    if text.is_empty() {
        Some("is empty".to_owned())
    } else if text.chars().count() > length_max {
        Some(format!("has more than {length_max} characters"))
    } else if text.contains(char::is_control) {
        Some("holds a control character".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(change: impl FnOnce(&mut PortRead)) -> PortRead {
        let mut read = PortRead {
            id: "1".into(),
            at: DateTime::UNIX_EPOCH,
            principal: "omar".into(),
            purpose: None,
            port: "lending.loans".parse().expect("a name"),
            major: 1,
            columns: vec!["amount".into()],
            rows: 1,
            snapshot: None,
        };
        change(&mut read);
        read
    }

    fn judged(role: &str, reads: Vec<PortRead>) -> Result<(), String> {
        let principal = Principal { name: "p".into(), roles: vec![role.into()] };
        let request = RecordReads { reads };
        let answer = judge(&principal, &request, DateTime::UNIX_EPOCH);
        answer.map(drop).map_err(|failure| failure.to_string())
    }

    #[test]
    fn only_the_domains_service_counts_its_reads() {
        assert_eq!(judged("service:lending", vec![read(|_| ())]), Ok(()));
        for role in ["owner:lending", "service:deposits", "governance"] {
            assert!(judged(role, vec![read(|_| ())]).expect_err("refused").starts_with("FC-4003"), "{role}");
        }
        let other = read(|read| read.port = "deposits.accounts".parse().expect("a name"));
        assert!(judged("service:lending", vec![read(|_| ()), other]).is_err());
        assert_eq!(judged("analyst", vec![]), Ok(()), "nothing is no secret");
    }

    #[test]
    fn hostile_reads_are_refused() {
        let refused = |change: fn(&mut PortRead)| judged("service:lending", vec![read(change)]).expect_err("refused");
        assert_eq!(refused(|read| read.id.clear()), "FC-4083: `reads[0].id` is empty");
        assert_eq!(
            refused(|read| read.purpose = Some("a\0".into())),
            "FC-4083: `reads[0].purpose` holds a control character"
        );
        assert!(refused(|read| read.principal = "x".repeat(201)).contains("more than 200 characters"));
        assert!(refused(|read| read.columns = vec!["x\n".into()]).contains("`x\\u{a}` holds a control character"));
        assert!(refused(|read| read.columns = vec!["x".into(); 10_001]).contains("10000 entries"));
        assert!(refused(|read| read.snapshot = Some("a\0".into())).contains("snapshot` holds a control character"));
        assert!(refused(|read| read.rows = u64::MAX).contains("rows` is above"));
        assert!(refused(|read| read.at = DateTime::UNIX_EPOCH + TimeDelta::days(2)).contains("a day ahead"));
        assert!(judged("service:lending", vec![read(|_| ()); 1_001]).is_err());
    }
}
