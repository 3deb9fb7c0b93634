//! How long data is kept is agreed.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use super::term;
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule =
    Rule { code: Code(105), name: "retention", title: "no retention", severity: Severity::Error, check };

const HELP: &str = "add `{property: retention, value: 10, unit: y}` to `slaProperties`: how long data is kept at least";

fn check(subject: &Subject<'_>, found: &mut Found) {
    term::check(subject, &["retention", "re"], HELP, found);
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn retention_is_a_length_of_time() {
        breaks("FC-0105", "property: retention", "property: availability", "slaProperties");
        breaks("FC-0105", "value: 10, unit: y", "value: long, unit: y", "long");
        keeps("FC-0105", "value: 10, unit: y", "value: 3650, unit: days");
    }
}
