//! A port is kept no longer than the ports it refers to: its references would lead nowhere, and its lineage too.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use super::term;
use crate::Code;
use crate::diagnostic::Severity;
use crate::faults::Pointer;
use crate::model::{Contract, Property, Relationship};

pub(super) const RULE: Rule = Rule {
    code: Code(115),
    name: "retention-across",
    title: "data kept longer than what it refers to",
    severity: Severity::Error,
    check,
};

const NAMES: [&str; 2] = ["retention", "re"];

fn check(subject: &Subject<'_>, found: &mut Found) {
    let Some((index, own)) = term::level(subject.contract, &NAMES) else { return };
    let Some(own_days) = term::days(own) else { return };
    for other in &subject.others {
        let Some((_, level)) = term::level(other, &NAMES) else { continue };
        let Some(object) = other.objects.iter().find(|object| refers(subject.contract, other, &object.name)) else {
            continue;
        };
        // A year has 365 or 366 days, and a month 28 to 31: lengths within a day are the same length.
        if term::days(level).is_some_and(|days| days + 1.0 < own_days) {
            let (kept, other_kept) = (term::shown(own), term::shown(level));
            let message = format!("kept {kept}, and `{}`, which it refers to, only {other_kept}", object.name);
            let place = Pointer::default().key("slaProperties").item(index).key("value");
            found.at(place, "", message, "keep both as long, or the other longer");
        }
    }
}

/// Whether a contract names the columns of another's table, as references or as what its own are made from.
fn refers(contract: &Contract, other: &Contract, table: &str) -> bool {
    let to = |text: &String| {
        let mut words = text.split(['.', '/', ':']);
        match words.next() {
            Some(first) if first == other.domain && first != table => words.next() == Some(table),
            Some(first) => first == table && contract.domain == other.domain,
            None => false,
        }
    };
    let related =
        |relationships: &[Relationship]| relationships.iter().flat_map(|relationship| &relationship.to).any(to);
    let made = |property: &Property| property.transform.as_ref().is_some_and(|made| made.sources.iter().any(to));
    contract.objects.iter().any(|object| {
        let own = object.name == table && contract.domain == other.domain;
        !own && (related(&object.relationships)
            || object.properties.iter().any(|property| related(&property.relationships) || made(property)))
    })
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    use crate::gate::tests::{GOOD, codes_with, schedules};

    #[test]
    fn a_port_is_kept_no_longer_than_what_it_refers_to() {
        assert_eq!(codes_with(&[&schedules("10, unit: y"), GOOD]), ["", ""]);
        assert_eq!(codes_with(&[&schedules("3650, unit: d"), GOOD]), ["", ""]);
        assert_eq!(codes_with(&[&schedules("12, unit: y"), GOOD]), ["FC-0115", ""]);
        assert_eq!(codes_with(&[&schedules("12, unit: y")]), [""], "alone there is nothing to compare with");
        assert_eq!(codes_with(&[&schedules("5, unit: y"), GOOD]), ["", ""], "the source may be kept longer");
    }

    #[test]
    fn a_table_of_another_domain_is_another_table() {
        let elsewhere = GOOD.replace("domain: lending", "domain: insurance");
        assert_eq!(codes_with(&[&schedules("12, unit: y"), &elsewhere]), ["", ""]);
        let named = schedules("12, unit: y").replace("to: loans.", "to: insurance.loans.");
        assert_eq!(codes_with(&[&named, &elsewhere]), ["FC-0115", ""]);
        let _ = (breaks, keeps);
    }
}
