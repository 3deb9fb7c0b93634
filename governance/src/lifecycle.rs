//! The life of a contract version, as pure functions over all versions of its port: what a registration or a request
//! comes to, and why not. `model.rs` checks every state that these can lead to.

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use mesh_api::{RegistrationStatus, Transition};
use semver::Version;

use RegistrationStatus::{Active, Approved, Deprecated, Proposed, Rejected, Retired};

/// A version among those of its port, as far as its life depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Standing {
    pub(crate) version: Version,
    pub(crate) status: RegistrationStatus,
    /// Whether it takes a second pair of eyes: it holds restricted data, or opens what was restricted.
    pub(crate) needs_review: bool,
    /// Who registered it.
    pub(crate) proposer: String,
    pub(crate) sunset: Option<DateTime<Utc>>,
}

/// Who asks for a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asker<'a> {
    pub(crate) name: &'a str,
    /// Whether it is an owner of the port's domain: a person, not the domain's product.
    pub(crate) owns: bool,
    /// Whether it works for governance.
    pub(crate) governs: bool,
}

/// A request for a transition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) transition: Transition,
    pub(crate) asker: Asker<'a>,
    /// With [`Transition::Deprecate`].
    pub(crate) sunset: Option<DateTime<Utc>>,
    /// Consumers with an active agreement on the version's major who have neither moved on nor acknowledged its end.
    pub(crate) unsettled: usize,
}

/// One transition of one version. A request or a registration comes to one or more of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) version: Version,
    pub(crate) transition: Transition,
    pub(crate) sunset: Option<DateTime<Utc>>,
    /// Why the rules do it; `None` when who asks does.
    pub(crate) rules: Option<String>,
}

/// Why a transition is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The port has no such version.
    Unknown,
    /// Neither an owner nor governance, or an owner where it takes governance.
    NotEntitled,
    /// Who approves proposed it or owns the domain, and it takes somebody else.
    OwnWork,
    /// There is no such transition from the status.
    Illegal(RegistrationStatus),
    /// A newer version of the major was in force.
    Overtaken(Version),
    /// So many consumers have neither moved on nor acknowledged the end.
    StillUsed(usize),
}

/// The version that a new one succeeds: the newest of its major, else the newest of the port. What was rejected is no
/// version to succeed.
pub(crate) fn predecessor<'a>(
    versions: impl Iterator<Item = (&'a Version, RegistrationStatus)>,
    new: &Version,
) -> Option<&'a Version> {
    let others = versions.filter(|(version, status)| *version != new && *status != Rejected);
    others.map(|(version, _)| version).max_by_key(|version| (version.major == new.major, *version))
}

/// By which of several versions, such as those of a major, one is taken that stands for all: one in force before any that is
/// not, a release before any pre-release, then the newest.
pub(crate) fn precedence(version: &Version, status: RegistrationStatus) -> (bool, bool, &Version) {
    (status.is_in_force(), version.pre.is_empty(), version)
}

/// What registering `new` comes to, beside the versions that are there.
pub(crate) fn register(port: &[Standing], new: &Standing) -> Vec<Step> {
    let mut steps = vec![Step::asked(&new.version, Transition::Propose)];
    if new.needs_review {
        return steps;
    }
    steps.push(Step::by_rules(&new.version, Transition::Approve, "nothing in it takes a second pair of eyes"));
    steps.extend(activation(port, &new.version, Some("approved")).unwrap_or_default());
    steps
}

/// What registering a version again comes to: a product that starts with an approved version brings it into force.
pub(crate) fn renew(port: &[Standing], version: &Version) -> Vec<Step> {
    match port.iter().find(|standing| standing.version == *version) {
        Some(standing) if standing.status == Approved => {
            activation(port, version, Some("registered again since it was approved")).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// What a request comes to.
pub(crate) fn ask(port: &[Standing], version: &Version, asked: &Asked<'_>) -> Result<Vec<Step>, Refusal> {
    let subject = port.iter().find(|standing| standing.version == *version).ok_or(Refusal::Unknown)?;
    entitled(subject, asked)?;
    let legal = match asked.transition {
        Transition::Propose => false,
        Transition::Approve => subject.status == Proposed,
        Transition::Reject => matches!(subject.status, Proposed | Approved),
        Transition::Activate => subject.status == Approved,
        Transition::Deprecate => subject.status.is_in_force(),
        Transition::Retire => subject.status == Deprecated,
    };
    if !legal {
        return Err(Refusal::Illegal(subject.status));
    }
    match asked.transition {
        Transition::Activate => activation(port, version, None),
        Transition::Retire if asked.unsettled > 0 && is_last_in_force(port, version) => {
            Err(Refusal::StillUsed(asked.unsettled))
        }
        _ => Ok(vec![Step { sunset: asked.sunset, ..Step::asked(version, asked.transition) }]),
    }
}

fn entitled(subject: &Standing, asked: &Asked<'_>) -> Result<(), Refusal> {
    let Asker { name, owns, governs } = asked.asker;
    if asked.transition != Transition::Approve {
        return if owns || governs { Ok(()) } else { Err(Refusal::NotEntitled) };
    }
    if !governs {
        return Err(Refusal::NotEntitled);
    }
    if owns || name == subject.proposer { Err(Refusal::OwnWork) } else { Ok(()) }
}

/// A version comes into force, and takes the place of the older ones of its major. One that comes into a major on its
/// way out is on its way out too.
fn activation(port: &[Standing], version: &Version, rules: Option<&str>) -> Result<Vec<Step>, Refusal> {
    let major = || port.iter().filter(|other| other.version.major == version.major && other.version != *version);
    let was_in_force = |other: &&Standing| other.status.is_in_force() || other.status == Retired;
    if let Some(newer) = major().filter(was_in_force).find(|other| other.version > *version) {
        return Err(Refusal::Overtaken(newer.version.clone()));
    }
    let mut steps = vec![match rules {
        None => Step::asked(version, Transition::Activate),
        Some(reason) => Step::by_rules(version, Transition::Activate, reason),
    }];
    let superseded = format!("`{version}` took its place");
    let older = major().filter(|other| other.status == Active);
    steps.extend(older.map(|other| Step::by_rules(&other.version, Transition::Deprecate, &superseded)));
    let newest = major().filter(|other| other.status.is_in_force()).max_by_key(|other| &other.version);
    if let Some(sunset) = newest.and_then(|other| other.sunset) {
        let reason = "its major is on its way out";
        steps.push(Step { sunset: Some(sunset), ..Step::by_rules(version, Transition::Deprecate, reason) });
    }
    Ok(steps)
}

/// Whether no other version of the major is in force: with it, the major ends.
fn is_last_in_force(port: &[Standing], version: &Version) -> bool {
    let others = || port.iter().filter(|other| other.version != *version);
    !others().any(|other| other.version.major == version.major && other.status.is_in_force())
}

impl Step {
    fn asked(version: &Version, transition: Transition) -> Self {
        Self { version: version.clone(), transition, sunset: None, rules: None }
    }

    fn by_rules(version: &Version, transition: Transition, reason: &str) -> Self {
        Self { rules: Some(reason.to_owned()), ..Self::asked(version, transition) }
    }
}
