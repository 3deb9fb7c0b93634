//! The version number that changes ask for.

use std::collections::BTreeMap;

use semver::Version;

use super::change::Change;
use super::class::{self, Bump, Class};
use crate::diagnostic::Diagnostic;
use crate::yaml::read;

/// Which step of the version a class of change asks for, where a bank decides otherwise than [`class::ALL`] says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionRules(BTreeMap<&'static str, Bump>);

/// A file of version rules that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum VersionRulesError {
    /// Not a mapping from classes to steps.
    #[error("not a mapping from classes of change to `major`, `minor` or `patch`: {0}")]
    Form(String),
    /// There is no such class.
    #[error("there is no class of change `{name}`{}", near.as_deref().map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    UnknownClass {
        /// As written.
        name: String,
        /// The nearest one there is.
        near: Option<String>,
    },
}

/// What the changes ask for, and what was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCheck {
    /// Version before.
    pub old: Version,
    /// Version that the new document declares.
    pub declared: Version,
    /// Least step that the changes ask for; `None` when nothing changed.
    pub required: Option<Bump>,
    /// Least version that the changes ask for.
    pub suggested: Version,
}

fn form(fault: Option<&Diagnostic>) -> VersionRulesError {
    let told = fault.map(|fault| format!("line {}: {}", fault.span.line, fault.message));
    VersionRulesError::Form(told.unwrap_or_default())
}

impl VersionRules {
    /// Reads YAML such as `type-widened: patch`, one line a class; classes left out keep their step.
    ///
    /// # Errors
    /// [`VersionRulesError`] for anything else.
    pub fn parse(yaml: &str) -> Result<Self, VersionRulesError> {
        let node = read(yaml).map_err(|faults| form(faults.first()))?;
        if let Some((key, ..)) = node.repeated_keys().first() {
            return Err(VersionRulesError::Form(format!("the class `{key}` stands twice")));
        }
        // A file that says nothing decides nothing.
        let written: Option<BTreeMap<String, Bump>> =
            serde_json::from_value(node.to_value()).map_err(|error| VersionRulesError::Form(error.to_string()))?;
        let known: Vec<&str> = class::ALL.iter().map(|class| class.name).collect();
        let rule = |(name, bump): (String, Bump)| match class::by_name(&name) {
            Some(class) => Ok((class.name, bump)),
            None => {
                let near = crate::suggest::suggest(&name, &known).map(str::to_owned);
                Err(VersionRulesError::UnknownClass { name, near })
            }
        };
        written.into_iter().flatten().map(rule).collect::<Result<_, _>>().map(Self)
    }

    /// The step that a class asks for.
    #[must_use]
    pub fn bump(&self, class: &Class) -> Bump {
        self.0.get(class.name).copied().unwrap_or(class.bump)
    }

    /// Checks the declared version against the changes.
    #[must_use]
    pub fn check(&self, old: &Version, declared: &Version, changes: &[Change]) -> VersionCheck {
        let required = changes.iter().map(|change| self.bump(change.class)).max();
        let suggested = required.map_or_else(|| old.clone(), |bump| next(old, bump));
        VersionCheck { old: old.clone(), declared: declared.clone(), required, suggested }
    }
}

impl VersionCheck {
    /// Whether the declared version is lower than the one before.
    #[must_use]
    pub fn goes_backwards(&self) -> bool {
        self.declared < self.old
    }

    /// Whether the declared version announces less than what changed. A version is published once: the same version
    /// with another content is too low as well. A pre-release announces the version that it leads to.
    #[must_use]
    pub fn is_too_low(&self) -> bool {
        let announced = Version::new(self.declared.major, self.declared.minor, self.declared.patch);
        self.required.is_some() && (self.declared == self.old || announced < self.suggested)
    }
}

/// The next version. Before 1.0.0 nothing is promised yet, and what breaks moves the second number.
fn next(old: &Version, bump: Bump) -> Version {
    // A pre-release already announces the version that it leads to.
    if !old.pre.is_empty() {
        return Version::new(old.major, old.minor, old.patch);
    }
    match bump {
        Bump::Major if old.major == 0 => Version::new(0, old.minor + 1, 0),
        Bump::Major => Version::new(old.major + 1, 0, 0),
        Bump::Minor if old.major == 0 => Version::new(0, old.minor, old.patch + 1),
        Bump::Minor => Version::new(old.major, old.minor + 1, 0),
        Bump::Patch => Version::new(old.major, old.minor, old.patch + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    #[test]
    fn steps_follow_the_rules_of_versions() {
        for (old, bump, expected) in [
            ("1.2.3", Bump::Patch, "1.2.4"),
            ("1.2.3", Bump::Minor, "1.3.0"),
            ("1.2.3", Bump::Major, "2.0.0"),
            ("0.2.3", Bump::Minor, "0.2.4"),
            ("0.2.3", Bump::Major, "0.3.0"),
            ("2.0.0-rc.1", Bump::Major, "2.0.0"),
        ] {
            assert_eq!(next(&version(old), bump), version(expected), "{old} {bump:?}");
        }
    }

    #[test]
    fn a_bank_may_decide_otherwise_and_misspelling_does_not_go_unseen() {
        let rules = VersionRules::parse("type-widened: patch\nenum-value-added: major\n").expect("rules");
        assert_eq!(rules.bump(&class::TYPE_WIDENED), Bump::Patch);
        assert_eq!(rules.bump(&class::ENUM_ADDED), Bump::Major);
        assert_eq!(rules.bump(&class::PROPERTY_REMOVED), Bump::Major);
        let error = VersionRules::parse("type-widend: patch").expect_err("no such class");
        assert_eq!(error.to_string(), "there is no class of change `type-widend`, did you mean `type-widened`?");
        assert_eq!(VersionRules::parse("# nothing yet\n"), Ok(VersionRules::default()));
        assert!(VersionRules::parse("- type-widened").is_err());
        assert!(VersionRules::parse("type-widened: patch\ntype-widened: major\n").is_err());
        assert!(VersionRules::parse("type-widened: huge").is_err());
    }
}
