//! Holding what somebody wants to do to the rules in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use mesh_api::{Diagnostic, RuleAction, RulePort, RuleQuestion, RuleStage, Severity};
use mesh_contract::{Contract, PortName};
use mesh_policy::Principal;

use super::set::{RuleSet, Verdict};
use crate::agreement::terms::Terms;
use crate::failure::{self, Failure};
use crate::service::Service;

/// Versions that are held ready: the two at a stage, and some that were.
const READY_MAX: usize = 8;

const DAY_US: u64 = 86_400_000_000;

/// Rules that were read before, by version; 0 for those that ship with the service. A version never changes.
#[derive(Default)]
pub(crate) struct Ready(Mutex<BTreeMap<u64, Arc<RuleSet>>>);

impl Ready {
    fn get(&self, version: u64, text: &str) -> Result<Arc<RuleSet>, Failure> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&version).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        // Rules that can no longer be read must not open anything: whatever they would judge is not done.
        let read = Arc::new(RuleSet::parse(text).map_err(|error| Failure::internal(&error))?);
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ready.len() >= READY_MAX {
            ready.clear();
        }
        ready.insert(version, Arc::clone(&read));
        Ok(read)
    }
}

/// Asks the rules that are enforced, and those that only warn; gives the rules that warn, by their identities.
///
/// # Errors
/// When a rule that is enforced refuses.
pub(crate) async fn ask(service: &Service, question: &RuleQuestion) -> Result<Vec<String>, Failure> {
    let staged = service.0.store.staged_rules().await?;
    let at = |stage| staged.iter().find(|(staged, ..)| *staged == stage);
    let (version, text) = at(RuleStage::Enforce).map_or((0, ""), |(_, version, text)| (*version, text.as_str()));
    let enforced = service.0.rules.get(version, text)?;
    if let Verdict::Refuse(rules) = enforced.ask(question) {
        return Err(refusal(&enforced, rules));
    }
    let Some((_, version, text)) = at(RuleStage::Warn) else { return Ok(Vec::new()) };
    match service.0.rules.get(*version, text)?.ask(question) {
        Verdict::Allow => Ok(Vec::new()),
        Verdict::Refuse(rules) => {
            let (action, port) = (question.action.as_str(), &question.port.name);
            tracing::warn!(version, ?rules, action, %port, "rules that only warn would have refused");
            Ok(rules.into_iter().collect())
        }
    }
}

fn refusal(set: &RuleSet, rules: impl IntoIterator<Item = String>) -> Failure {
    let code = failure::RULES_REFUSE.code.to_string();
    let told: Vec<Diagnostic> = rules
        .into_iter()
        .map(|rule| Diagnostic {
            code: code.clone(),
            severity: Severity::Error,
            message: set.reason(&rule).map_or_else(|| format!("`{rule}`"), |reason| format!("`{rule}`: {reason}")),
            file: None,
            line: None,
            column: None,
            help: None,
        })
        .collect();
    let names: Vec<_> = told.iter().map(|rule| rule.message.as_str()).collect();
    let detail = format!("a rule of the bank refuses it: {}", names.join("; "));
    Failure::new(failure::RULES_REFUSE, detail).with_diagnostics(told)
}

/// The question that access until a time is.
pub(crate) fn of_access(
    action: RuleAction,
    principal: &Principal,
    (port, terms): (&PortName, &Terms),
    (purposes, holder): (&BTreeSet<String>, &str),
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> RuleQuestion {
    let micros = (until - now).num_microseconds().unwrap_or(i64::MAX);
    let days = u64::try_from(micros).unwrap_or_default().div_ceil(DAY_US);
    RuleQuestion {
        action,
        principal: principal.clone(),
        port: facts(port, terms),
        purposes: purposes.clone(),
        days: u32::try_from(days).unwrap_or(u32::MAX),
        holder: Some(holder.to_owned()),
    }
}

/// The question that a registration is; `None` for a contract without a table.
pub(crate) fn of_registration(principal: &Principal, port: &PortName, contract: &Contract) -> Option<RuleQuestion> {
    let terms = Terms::of(contract, None).ok()?;
    Some(RuleQuestion {
        action: RuleAction::Register,
        principal: principal.clone(),
        port: facts(port, &terms),
        purposes: BTreeSet::new(),
        days: 0,
        holder: None,
    })
}

fn facts(port: &PortName, terms: &Terms) -> RulePort {
    RulePort {
        name: port.clone(),
        classification: terms.classification_word().to_owned(),
        tags: terms.tags.clone(),
        personal: terms.personal,
    }
}
