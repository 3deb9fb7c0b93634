//! No two columns of a table are the same to a reader or to the storage.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use crate::Code;
use crate::diagnostic::Severity;
use crate::faults::Pointer;
use crate::model::Property;

pub(super) const RULE: Rule = Rule {
    code: Code(114),
    name: "duplicate-columns",
    title: "two columns of one name",
    severity: Severity::Error,
    check,
};

fn check(subject: &Subject<'_>, found: &mut Found) {
    for (pointer, object) in subject.objects() {
        let list = pointer.key("properties");
        spoken(&object.properties, &list, &object.name, found);
        stored(&object.properties, &list, &object.name, found);
    }
}

/// Names that are told apart only by case, blanks or punctuation are one name to people and to many tools.
fn spoken(properties: &[Property], list: &Pointer, object: &str, found: &mut Found) {
    let plain = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let mut seen = std::collections::HashMap::new();
    for (index, property) in properties.iter().enumerate() {
        let first = *seen.entry(plain(&property.name)).or_insert(index);
        if let Some(same) = properties.get(first).filter(|_| first != index) {
            let message = format!("the columns `{}` and `{}` read as one name", same.name, property.name);
            let places = (list.item(first).key("name"), list.item(index).key("name"));
            found.again(places, &format!("{object}.{}", property.name), message, "keep one of them, or rename one");
        }
    }
}

/// Two columns cannot lie in one column of the storage.
fn stored(properties: &[Property], list: &Pointer, object: &str, found: &mut Found) {
    let mut seen = std::collections::HashMap::new();
    for (index, property) in properties.iter().enumerate() {
        let stored = property.physical_name.as_ref().unwrap_or(&property.name);
        let first = *seen.entry(stored.to_lowercase()).or_insert(index);
        let named = |index: usize, property: &Property| {
            list.item(index).key(if property.physical_name.is_some() { "physicalName" } else { "name" })
        };
        if let Some(same) = properties.get(first).filter(|same| first != index && same.name != property.name) {
            let message = format!("the columns `{}` and `{}` are both stored as `{stored}`", same.name, property.name);
            let places = (named(first, same), named(index, property));
            found.again(places, &format!("{object}.{}", property.name), message, "give each its own `physicalName`");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn columns_differ_in_more_than_case_and_punctuation() {
        breaks("FC-0114", "name: branch,", "name: loan__id,", "loan__id");
        breaks("FC-0114", "name: branch,", "name: status_,", "status");
        keeps("FC-0114", "name: branch,", "name: branch_1,");
    }

    #[test]
    fn columns_are_stored_apart() {
        breaks("FC-0114", "name: branch,", "name: branch, physicalName: STATUS,", "status");
        keeps("FC-0114", "name: branch,", "name: branch, physicalName: STATUS_2,");
    }
}
