//! What a version must be beside the ones before it: it announces what changed since, and never comes before them.

use mesh_api::{Diagnostic, Severity};
use mesh_contract::codes;
use mesh_contract::diff::{Change, Effect, Revision, VersionCheck, VersionRules, diff};

use super::contract::PortContract;
use crate::failure::{self, Failure};
use crate::service::Service;

/// Changes that a refusal lists; the rest are found with `fince contract diff`.
const CHANGES_TOLD_MAX: usize = 10;

/// Compares a contract with the newest registered version of its major. A version that is registered already has been
/// judged; one that opens a major announces every change there can be.
pub(crate) async fn judge(service: &Service, accepted: &PortContract) -> Result<(), Failure> {
    let PortContract { port, contract, document, .. } = accepted;
    let versions = service.0.store.versions(port).await.map_err(Failure::from)?;
    let same_major = || versions.iter().filter(|version| version.major == contract.version.major);
    if same_major().any(|version| version.version == contract.version) {
        return Ok(());
    }
    let Some(newest) = same_major().max_by(|a, b| a.version.cmp(&b.version)) else { return Ok(()) };
    let Some((stored, before)) = service.0.store.version(port, &newest.version).await.map_err(Failure::from)? else {
        return Ok(());
    };
    // Of two contracts that claim one port the store refuses one, whatever its version.
    if stored.contract_id != contract.id {
        return Ok(());
    }
    let (now, name) = (document.clone(), port.to_string());
    // A diff of two large contracts takes as long as reading them: not on a thread that answers others.
    let comparing = tokio::task::spawn_blocking(move || compare(&name, &before, &now));
    match comparing.await.map_err(|error| Failure::internal(&error))? {
        Some((check, changes)) => refuse(&check, &changes),
        None => Ok(()),
    }
}

/// `None` when one of the two can no longer be read: what was registered under older rules cannot hold back a new version.
fn compare(port: &str, before: &str, now: &str) -> Option<(VersionCheck, Vec<Change>)> {
    let (old, new) = (Revision::parse(port, before).ok()?, Revision::parse(port, now).ok()?);
    let changes = diff(&old, &new);
    let check = VersionRules::default().check(&old.contract().version, &new.contract().version, &changes);
    Some((check, changes))
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
        let help = format!("{}: {}", change.class, change.class.why);
        fault(format!("{}: {}", change.path, change.message), Some(help), Some(change))
    }));
    Err(Failure::new(failure::CONTRACT_FAULTS, message).with_diagnostics(diagnostics))
}
