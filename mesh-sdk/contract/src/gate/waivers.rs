//! Waivers: a contract that cannot keep a rule says which, where, why, and until when.

use serde_json::Value;

use super::{Date, RULES, Rule};
use crate::Code;
use crate::diagnostic::Diagnostic;
use crate::faults::Pointer;
use crate::shape::shown;
use crate::suggest::suggest;
use crate::yaml::Node;

/// A waiver that lacks something, or names what does not exist.
pub(super) const INCOMPLETE: Code = Code(117);
/// A waiver whose last day is over.
pub(super) const EXPIRED: Code = Code(118);
/// A waiver that waives nothing.
pub(super) const UNUSED: Code = Code(119);

/// The longest waiver: what is still broken then is decided anew.
const YEARS_MAX: u16 = 2;

/// The codes of waivers, with the titles of their pages.
pub(crate) const CODES: &[(Code, &str)] =
    &[(INCOMPLETE, "an incomplete waiver"), (EXPIRED, "an expired waiver"), (UNUSED, "a waiver that waives nothing")];

/// Every waiver of a contract.
pub(super) struct Waivers {
    list: Vec<Waiver>,
    faults: Vec<(Code, Pointer, String, String)>,
}

struct Waiver {
    pointer: Pointer,
    rule: Code,
    path: Option<String>,
    until: Date,
    expired: bool,
    used: bool,
}

impl Waivers {
    /// Reads the custom property `waivers`.
    pub(super) fn read(document: &Value, today: Date) -> Self {
        let mut waivers = Self { list: Vec::new(), faults: Vec::new() };
        let list = Pointer::default().key("customProperties");
        let custom = document.get("customProperties").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let found = custom
            .iter()
            .enumerate()
            .find(|(_, custom)| custom.get("property").and_then(Value::as_str) == Some("waivers"));
        let Some((index, custom)) = found else { return waivers };
        let pointer = list.item(index).key("value");
        match custom.get("value") {
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    waivers.add(item, pointer.item(index), today);
                }
            }
            other => waivers
                .fault(pointer, format!("expected a list of waivers, found {}", shown(other.unwrap_or(&Value::Null)))),
        }
        waivers
    }

    fn add(&mut self, item: &Value, pointer: Pointer, today: Date) {
        let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let known = ["rule", "path", "reason", "until"];
        let mut keys = item.as_object().into_iter().flat_map(|map| map.keys());
        if let Some(key) = keys.find(|key| !known.contains(&key.as_str())) {
            let near = suggest(key, &known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return self.fault(pointer.key(key), format!("a waiver has no key `{key}`{near}"));
        }
        let (Some(rule), Some(_), Some(until)) = (text("rule"), text("reason"), text("until")) else {
            return self.fault(pointer, "a waiver needs `rule`, `reason` and `until`".to_owned());
        };
        let named = |known: &&Rule| known.name == rule || known.code.to_string() == rule;
        let Some(known) = RULES.iter().find(named) else {
            return self.fault(pointer.key("rule"), format!("there is no rule {} to waive", shown(&rule.into())));
        };
        let until = match until.parse::<Date>() {
            Ok(until) => until,
            Err(error) => return self.fault(pointer.key("until"), error.to_string()),
        };
        if until > today.years_later(YEARS_MAX) {
            let message = format!("a waiver until `{until}` is no waiver but a change of the rules");
            return self.fault(pointer.key("until"), message);
        }
        let path = text("path").map(str::to_owned);
        self.list.push(Waiver { pointer, rule: known.code, path, until, expired: until < today, used: false });
    }

    fn fault(&mut self, pointer: Pointer, message: String) {
        let help = format!(
            "write `{{rule: FC-0108, path: loans.term, reason: …, until: 2027-01-31}}`, {YEARS_MAX} years ahead at most"
        );
        self.faults.push((INCOMPLETE, pointer, message, help));
    }

    /// Whether a breach of the rule at that path is waived today. An expired waiver is used, and waives nothing.
    pub(super) fn waive(&mut self, rule: &Rule, path: &str) -> bool {
        let mut waived = false;
        for waiver in self.list.iter_mut().filter(|waiver| waiver.rule == rule.code && waiver.covers(path)) {
            waiver.used = true;
            waived |= !waiver.expired;
        }
        waived
    }

    /// What is wrong with the waivers themselves, once every rule has been asked.
    pub(super) fn faults(self, root: &Node) -> Vec<Diagnostic> {
        let at = |pointer: &Pointer| root.span_at(&pointer.to_string());
        let mut told: Vec<Diagnostic> = self
            .faults
            .iter()
            .map(|(code, pointer, message, help)| {
                Diagnostic::error(*code, message.as_str(), at(pointer)).help(help.as_str())
            })
            .collect();
        for waiver in &self.list {
            let place = waiver.path.as_ref().map(|path| format!(" at `{path}`")).unwrap_or_default();
            let rule = waiver.rule;
            if !waiver.used {
                let message = format!("the waiver of {rule}{place} waives nothing");
                told.push(Diagnostic::warning(UNUSED, message, at(&waiver.pointer)).help("remove it"));
            } else if waiver.expired {
                let message = format!("the waiver of {rule}{place} ended on `{}`", waiver.until);
                let help = "keep the rule now, or decide on a new waiver";
                told.push(Diagnostic::error(EXPIRED, message, at(&waiver.pointer.key("until"))).help(help));
            }
        }
        told
    }
}

impl Waiver {
    /// A waiver without a path is for the whole contract, one of a table for its columns too.
    fn covers(&self, path: &str) -> bool {
        match &self.path {
            None => true,
            Some(own) => path.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{GOOD, codes_of};

    const UNIT: &str = ", customProperties: [{property: unit, value: USD}]";

    fn with(waivers: &str) -> String {
        format!("{}customProperties: [{{property: waivers, value: [{waivers}]}}]\n", GOOD.replacen(UNIT, "", 1))
    }

    #[test]
    fn a_waiver_holds_until_its_last_day_where_it_says() {
        let reason = "reason: none stated";
        for (waiver, codes) in [
            (format!("{{rule: FC-0108, path: loans.loan_amount, {reason}, until: 2026-12-01}}"), ""),
            (format!("{{rule: unit, path: loans, {reason}, until: 2026-11-22}}"), ""),
            (format!("{{rule: unit, {reason}, until: '2026-12-01'}}"), ""),
            (format!("{{rule: FC-0108, path: loans.loan_amount, {reason}, until: 2026-11-21}}"), "FC-0108 FC-0118"),
            (format!("{{rule: FC-0108, path: loans.loan, {reason}, until: 2026-12-01}}"), "FC-0108 FC-0119"),
            (format!("{{rule: FC-0101, {reason}, until: 2026-12-01}}"), "FC-0108 FC-0119"),
            ("{rule: FC-0108, until: 2026-12-01}".to_owned(), "FC-0108 FC-0117"),
            (format!("{{rule: FC-0108, {reason}}}"), "FC-0108 FC-0117"),
            ("{rule: FC-0108, reason: ' ', until: 2026-12-01}".to_owned(), "FC-0108 FC-0117"),
            (format!("{{rule: FC-0001, {reason}, until: 2026-12-01}}"), "FC-0108 FC-0117"),
            (format!("{{rule: FC-0108, {reason}, until: 2999-12-31}}"), "FC-0108 FC-0117"),
            (format!("{{rule: FC-0108, {reason}, until: soon}}"), "FC-0108 FC-0117"),
            (format!("{{rule: FC-0108, {reason}, until: 2026-12-01, paths: loans}}"), "FC-0108 FC-0117"),
            ("text".to_owned(), "FC-0108 FC-0117"),
        ] {
            assert_eq!(codes_of(&with(&waiver)), codes, "{waiver}");
        }
        let text = format!("{GOOD}customProperties: [{{property: waivers, value: none}}]\n");
        assert_eq!(codes_of(&text), "FC-0117");
    }
}
