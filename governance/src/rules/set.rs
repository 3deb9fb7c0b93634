//! A set of rules, read and held to its schema.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cedar_policy::{Authorizer, Decision, Effect, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use mesh_api::RuleQuestion;
use serde_json::Value;

use super::question;

/// Most bytes of a set.
const BYTES_MAX: usize = 256 * 1024;
/// Most rules of a set.
const RULES_MAX: usize = 500;
/// Most characters of a rule's identity or reason.
const WORDS_MAX: usize = 200;

const SCHEMA: &str = include_str!("rules.cedarschema");
const DEFAULTS: &str = include_str!("default.cedar");

/// What Cedar writes for arithmetic. An overflow would make a rule fail, and a rule that fails must not be a rule that is
/// written so on purpose.
const ARITHMETIC: [&str; 4] = ["+", "-", "*", "neg"];

static KNOWN_SCHEMA: LazyLock<Result<Schema, String>> =
    LazyLock::new(|| Schema::from_cedarschema_str(SCHEMA).map(|(schema, _)| schema).map_err(|error| error.to_string()));

/// A bank's rules together with those that ship with the service.
#[derive(Clone, Debug)]
pub struct RuleSet {
    policies: PolicySet,
    /// Why a rule forbids, by its identity.
    reasons: BTreeMap<String, String>,
    schema: Schema,
}

/// Why a text is no set of rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleFault(String);

/// What rules say to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No rule refuses it.
    Allow,
    /// Rules refuse it, by their identities; `base` when it could not be decided.
    Refuse(BTreeSet<String>),
}

impl RuleSet {
    /// Only the rules that ship with the service.
    ///
    /// # Errors
    /// Never for the rules that are built in; a test holds that.
    pub fn defaults() -> Result<Self, RuleFault> {
        Self::parse("")
    }

    /// The text of the rules that ship with the service.
    #[must_use]
    pub fn default_text() -> &'static str {
        DEFAULTS
    }

    /// Reads a bank's rules.
    ///
    /// # Errors
    /// [`RuleFault`] for a text that is not Cedar or does not fit the schema, for a rule without an `@id` of its own, a
    /// `permit`, a template, arithmetic, or too much of it all.
    pub fn parse(text: &str) -> Result<Self, RuleFault> {
        if text.len() > BYTES_MAX {
            return Err(RuleFault(format!("the rules have more than {BYTES_MAX} bytes")));
        }
        let schema = KNOWN_SCHEMA.clone().map_err(RuleFault)?;
        let mut set = Self { policies: PolicySet::new(), reasons: BTreeMap::new(), schema };
        set.add(DEFAULTS, false)?;
        set.add(text, true)?;
        let validated = Validator::new(set.schema.clone()).validate(&set.policies, ValidationMode::Strict);
        match validated.validation_errors().next() {
            None => Ok(set),
            Some(error) => Err(RuleFault(error.to_string())),
        }
    }

    fn add(&mut self, text: &str, only_forbids: bool) -> Result<(), RuleFault> {
        let written: PolicySet = text.parse().map_err(|error: cedar_policy::ParseErrors| {
            RuleFault(error.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?;
        if written.templates().next().is_some() {
            return Err(RuleFault("a template is no rule: write out the principal and the port".to_owned()));
        }
        let mut rules: Vec<&Policy> = written.policies().collect();
        if rules.len() > RULES_MAX {
            return Err(RuleFault(format!("there are more than {RULES_MAX} rules")));
        }
        // Of several faults the first in the text is told.
        rules.sort_by_key(|rule| rule.id().to_string().trim_start_matches("policy").parse::<usize>().unwrap_or(0));
        for rule in rules {
            self.add_rule(rule, only_forbids)?;
        }
        Ok(())
    }

    fn add_rule(&mut self, rule: &Policy, only_forbids: bool) -> Result<(), RuleFault> {
        let id = rule.annotation("id").unwrap_or_default();
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > WORDS_MAX || !id.chars().all(is_name) {
            let told =
                format!("`@id(\"{}\")` is no identity: of lower-case letters, digits and `-`", id.escape_debug());
            return Err(RuleFault(told));
        }
        if only_forbids && rule.effect() == Effect::Permit {
            let told = format!("`{id}` permits: rules only forbid, since what they do not forbid is allowed");
            return Err(RuleFault(told));
        }
        let reason = rule.annotation("reason").unwrap_or_default();
        if reason.chars().count() > WORDS_MAX || reason.chars().any(char::is_control) {
            return Err(RuleFault(format!("the `@reason` of `{id}` is no line of at most {WORDS_MAX} characters")));
        }
        let tree = rule.to_json().map_err(|error| RuleFault(error.to_string()))?;
        if calculates(&tree) {
            return Err(RuleFault(format!("`{id}` calculates: compare with a number that is written out")));
        }
        if self.reasons.insert(id.to_owned(), reason.to_owned()).is_some() {
            return Err(RuleFault(format!("there are two rules `{id}`")));
        }
        self.policies.add(rule.new_id(PolicyId::new(id))).map_err(|error| RuleFault(error.to_string()))
    }

    /// What the rules say. Whatever cannot be decided without a doubt is refused: Cedar skips a rule that fails.
    #[must_use]
    pub fn ask(&self, asked: &RuleQuestion) -> Verdict {
        let undecided = || Verdict::Refuse(BTreeSet::from(["base".to_owned()]));
        let Ok((request, entities)) = question::of(asked, &self.schema) else { return undecided() };
        let response = Authorizer::new().is_authorized(&request, &self.policies, &entities);
        let failed: BTreeSet<String> = response
            .diagnostics()
            .errors()
            .map(|cedar_policy::AuthorizationError::PolicyEvaluationError(error)| error.policy_id().to_string())
            .collect();
        if !failed.is_empty() {
            return Verdict::Refuse(failed);
        }
        match response.decision() {
            Decision::Allow => Verdict::Allow,
            Decision::Deny => {
                let rules: BTreeSet<_> = response.diagnostics().reason().map(ToString::to_string).collect();
                if rules.is_empty() { undecided() } else { Verdict::Refuse(rules) }
            }
        }
    }

    /// Why a rule forbids, as it says itself.
    #[must_use]
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.reasons.get(id).map(String::as_str).filter(|reason| !reason.is_empty())
    }
}

fn calculates(tree: &Value) -> bool {
    match tree {
        Value::Object(fields) => {
            fields.iter().any(|(key, value)| ARITHMETIC.contains(&key.as_str()) || calculates(value))
        }
        Value::Array(items) => items.iter().any(calculates),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use mesh_api::{RuleAction, RulePort};
    use mesh_policy::Principal;

    use super::*;

    fn asked(action: RuleAction, classification: &str, days: u32) -> RuleQuestion {
        RuleQuestion {
            action,
            principal: Principal { name: "omar".into(), roles: vec!["analyst".into()] },
            port: RulePort {
                name: "lending.loans".parse().expect("a name"),
                classification: classification.into(),
                tags: ["retail".to_owned()].into(),
                personal: true,
            },
            purposes: ["marketing".to_owned()].into(),
            days,
            holder: None,
        }
    }

    fn refused(set: &RuleSet, question: &RuleQuestion) -> Vec<String> {
        match set.ask(question) {
            Verdict::Allow => Vec::new(),
            Verdict::Refuse(rules) => rules.into_iter().collect(),
        }
    }

    const MARKETING: &str = "@id(\"no-marketing\") @reason(\"the board said so\") forbid (principal, action, resource) \
                             when { resource.personal && context.purposes.contains(\"marketing\") };";

    #[test]
    fn what_ships_always_counts_and_a_banks_own_adds_to_it() {
        let (defaults, own) = (RuleSet::defaults().expect("rules"), RuleSet::parse(MARKETING).expect("rules"));
        let long = asked(RuleAction::Request, "restricted", 184);
        assert_eq!(refused(&defaults, &long), ["restricted-for-half-a-year"]);
        assert_eq!(refused(&own, &long), ["no-marketing", "restricted-for-half-a-year"]);
        let short = asked(RuleAction::Request, "restricted", 183);
        assert_eq!(defaults.ask(&short), Verdict::Allow);
        assert_eq!(refused(&own, &short), ["no-marketing"]);
        assert_eq!(own.reason("no-marketing"), Some("the board said so"));
        let public = asked(RuleAction::Register, "public", 0);
        assert_eq!(refused(&defaults, &public), ["personal-data-is-not-public"]);
    }

    #[test]
    fn what_ships_refuses_no_contract_of_the_sample_bank() {
        let (rules, folder) = (RuleSet::defaults().expect("rules"), std::path::Path::new("../contracts"));
        let mut asked = 0;
        for domain in ["deposits", "insurance", "investing", "lending"] {
            for file in std::fs::read_dir(folder.join(domain)).expect("a folder") {
                let text = std::fs::read_to_string(file.expect("a file").path()).expect("a contract");
                let contract = mesh_contract::Contract::parse("contract", &text).expect("a valid contract");
                let name = mesh_contract::PortName::new(domain, &contract.objects[0].name).expect("a name");
                let lena = Principal { name: "lena".into(), roles: Vec::new() };
                let question = crate::rules::judge::of_registration(&lena, &name, &contract).expect("a question");
                assert_eq!(rules.ask(&question), Verdict::Allow, "{name}");
                asked += 1;
            }
        }
        assert!(asked > 10);
    }

    #[test]
    fn what_is_no_rule_is_told() {
        for (text, told) in [
            ("forbid (principal, action, resource);", "is no identity"),
            ("@id(\"A b\") forbid (principal, action, resource);", "is no identity"),
            ("@id(\"a\") permit (principal, action, resource);", "permits"),
            ("@id(\"a\") forbid (principal == ?principal, action, resource);", "a template is no rule"),
            ("@id(\"a\") forbid (principal, action, resource) when { context.days + 1 > 2 };", "calculates"),
            ("@id(\"a\") forbid (principal, action, resource) when { context.days > -context.days };", "calculates"),
            ("@id(\"base\") forbid (principal, action, resource);", "two rules `base`"),
            ("@id(\"a\") forbid (principal, action, resource) when { context.dayz > 2 };", "dayz"),
            ("@id(\"a\") forbid (principal, action, resource) when { resource.tags > 2 };", ""),
            ("@id(\"a\") forbid (principal, action == Action::\"delete\", resource);", ""),
            ("allow everything", ""),
        ] {
            let fault = RuleSet::parse(text).expect_err(text).to_string();
            assert!(fault.contains(told) && !fault.is_empty(), "{text}: {fault}");
        }
        assert!(RuleSet::parse(&" ".repeat(BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn a_rule_that_fails_refuses() {
        // No schema stands in its way here: as if a fault had got past it. Cedar itself would skip the rule and allow.
        let mut set = RuleSet::defaults().expect("rules");
        let text =
            "@id(\"broken\") forbid (principal, action, resource) when { context.days + 9223372036854775807 > 0 };";
        let written: PolicySet = text.parse().expect("Cedar");
        for rule in written.policies() {
            set.policies.add(rule.new_id(PolicyId::new("broken"))).expect("added");
        }
        assert_eq!(refused(&set, &asked(RuleAction::Request, "internal", 1)), ["broken"]);
    }

    #[test]
    fn without_any_rule_nothing_is_allowed() {
        let mut set = RuleSet::defaults().expect("rules");
        set.policies = PolicySet::new();
        assert_eq!(refused(&set, &asked(RuleAction::Request, "public", 1)), ["base"]);
    }
}
