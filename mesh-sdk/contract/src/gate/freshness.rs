//! How old the newest data may be is agreed.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use super::term;
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule =
    Rule { code: Code(104), name: "freshness", title: "no freshness", severity: Severity::Error, check };

const HELP: &str = "add `{property: latency, value: 1, unit: d}` to `slaProperties`: how old the newest data may be";

fn check(subject: &Subject<'_>, found: &mut Found) {
    term::check(subject, &["freshness", "latency", "ly"], HELP, found);
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn freshness_is_a_length_of_time() {
        breaks("FC-0104", "property: latency", "property: availability", "slaProperties");
        breaks("FC-0104", "latency, value: 1, unit: d", "latency, value: 0, unit: d", "0");
        breaks("FC-0104", "latency, value: 1, unit: d", "latency, value: 1, unit: rows", "1");
        keeps("FC-0104", "latency, value: 1, unit: d", "freshness, value: 15, unit: min");
    }
}
