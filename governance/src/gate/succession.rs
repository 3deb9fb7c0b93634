//! What a version must be beside the ones before it: it announces what changed since, and never comes before them.

use mesh_api::{Diagnostic, PortReader, Severity};
use mesh_contract::codes;
use mesh_contract::diff::{Change, Effect, Readers, Revision, VersionCheck, VersionRules, diff};

use semver::Version;

use super::contract::PortContract;
use super::review;
use crate::failure::{self, Failure};
use crate::lifecycle::predecessor;
use crate::lineage::readers::WINDOW;
use crate::service::Service;

/// Readers that a refusal names for each change.
const READERS_TOLD_MAX: usize = 10;
/// Changes that a refusal lists; the rest are found with `fince contract diff`.
const CHANGES_TOLD_MAX: usize = 10;

/// What a version was judged to be beside the ones before it.
pub(crate) struct Succession {
    /// The version that it succeeds. The registry checks that it still does when it stores the version.
    pub(crate) predecessor: Option<Version>,
    /// Whether it takes a second pair of eyes.
    pub(crate) needs_review: bool,
}

/// What comparing a version with its predecessor shows.
struct Comparison {
    changes: Vec<Change>,
    check: VersionCheck,
    /// Whether something restricted is less than that from now on.
    opens: bool,
}

/// Compares a contract with its predecessor. A version that is registered already has been judged; one that opens a major
/// announces every change there can be.
pub(crate) async fn judge(service: &Service, accepted: &PortContract) -> Result<Succession, Failure> {
    let PortContract { port, contract, document, .. } = accepted;
    let versions = service.0.store.versions(port).await.map_err(Failure::from)?;
    let mut judged = Succession { predecessor: None, needs_review: !review::restricted(contract).is_empty() };
    if versions.iter().any(|version| version.version == contract.version) {
        return Ok(judged);
    }
    let known = versions.iter().map(|version| (&version.version, version.status));
    let Some(before) = predecessor(known, &contract.version) else { return Ok(judged) };
    judged.predecessor = Some(before.clone());
    let Some((stored, before)) = service.0.store.version(port, before).await.map_err(Failure::from)? else {
        return Ok(judged);
    };
    // Of two contracts that claim one port the store refuses one, whatever its version.
    if stored.contract_id != contract.id {
        return Ok(judged);
    }
    let since = (service.0.clock.now() - WINDOW).date_naive();
    let readers = service.0.store.readers(port, Some(stored.summary.major), since).await.map_err(Failure::from)?;
    let (now, name, readers) = (document.clone(), port.to_string(), PortReader::readers(&readers));
    // A diff of two large contracts takes as long as reading them: not on a thread that answers others.
    let comparing = tokio::task::spawn_blocking(move || compare(&name, &before, &now, &readers));
    match comparing.await.map_err(|error| Failure::internal(&error))? {
        Some(Comparison { changes, check, opens }) => {
            if stored.summary.major == contract.version.major {
                refuse(&check, &changes)?;
            }
            judged.needs_review |= opens;
        }
        // What cannot be read any more may have been restricted.
        None => judged.needs_review = true,
    }
    Ok(judged)
}

/// `None` when one of the two can no longer be read: what was registered under older rules cannot hold back a new version.
fn compare(port: &str, before: &str, now: &str, readers: &Readers) -> Option<Comparison> {
    let (old, new) = (Revision::parse(port, before).ok()?, Revision::parse(port, now).ok()?);
    let mut changes = diff(&old, &new);
    readers.judge(&mut changes);
    let check = VersionRules::default().check(&old.contract().version, &new.contract().version, &changes);
    let opens = review::opens(old.contract(), new.contract());
    Some(Comparison { changes, check, opens })
}

fn refuse(check: &VersionCheck, changes: &[Change]) -> Result<(), Failure> {
    let (code, message) = if check.goes_backwards() {
        (codes::VERSION_BACKWARDS, format!("version `{}` comes before `{}`", check.declared, check.old))
    } else if check.is_too_low() {
        let message = format!("version `{}` announces less than what changed since `{}`", check.declared, check.old);
        (codes::VERSION_TOO_LOW, message)
    } else {
        return Ok(());
    };
    let fault = |message: String, help: Option<String>, change: Option<&Change>| Diagnostic {
        code: code.to_string(),
        severity: Severity::Error,
        message,
        file: None,
        line: change.and_then(|change| u32::try_from(change.at.line).ok()),
        column: change.and_then(|change| u32::try_from(change.at.column).ok()),
        help,
    };
    let mut diagnostics =
        vec![fault(message.clone(), Some(format!("the changes ask for `{}` or later", check.suggested)), None)];
    let mut worst: Vec<&Change> = changes.iter().filter(|change| change.effect() >= Effect::Compatible).collect();
    worst.sort_by_key(|change| std::cmp::Reverse(change.class.bump));
    let told = worst.into_iter().take(CHANGES_TOLD_MAX);
    diagnostics.extend(told.map(|change| {
        let help = format!("{}: {}{}", change.class, change.class.why, read_by(change));
        fault(format!("{}: {}", change.path, change.message), Some(help), Some(change))
    }));
    Err(Failure::new(failure::CONTRACT_FAULTS, message).with_diagnostics(diagnostics))
}

/// Who really reads what a change touches.
fn read_by(change: &Change) -> String {
    let readers = change.readers.iter().flatten();
    let named: Vec<String> = readers.clone().take(READERS_TOLD_MAX).map(|reader| format!("`{reader}`")).collect();
    match readers.count().saturating_sub(named.len()) {
        _ if named.is_empty() => String::new(),
        0 => format!("; read by {}", named.join(", ")),
        more => format!("; read by {} and {more} more", named.join(", ")),
    }
}
