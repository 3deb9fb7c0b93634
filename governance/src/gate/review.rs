//! What takes a second pair of eyes: restricted data, and whatever opens it.

use std::collections::{BTreeMap, BTreeSet};

use mesh_contract::Contract;
use mesh_contract::model::{Classification, DataType, Property};

/// Paths of the columns and nested members that are restricted.
pub(super) fn restricted(contract: &Contract) -> BTreeSet<String> {
    let restricted = |class: &Option<Classification>| *class == Some(Classification::Restricted);
    classes(contract).into_iter().filter(|(_, class)| restricted(class)).map(|(path, _)| path).collect()
}

/// Whether something that `old` restricts is in `new` and restricted no longer.
pub(super) fn opens(old: &Contract, new: &Contract) -> bool {
    let (guarded, now) = (restricted(old), classes(new));
    let open = |path: &String| now.get(path).is_some_and(|class| *class != Some(Classification::Restricted));
    guarded.iter().any(open)
}

fn classes(contract: &Contract) -> BTreeMap<String, Option<Classification>> {
    let mut found = BTreeMap::new();
    // A port's contract has one object; its name may change from version to version and means nothing here.
    for object in &contract.objects {
        object.properties.iter().for_each(|property| visit(property, "", &mut found));
    }
    found
}

fn visit(property: &Property, owner: &str, found: &mut BTreeMap<String, Option<Classification>>) {
    let path = format!("{owner}.{}", property.name);
    found.insert(path.clone(), property.classification);
    let mut kind = &property.data_type;
    while let DataType::Array(items) = kind {
        found.insert(format!("{path}[]"), items.classification);
        kind = &items.data_type;
    }
    if let DataType::Object(members) = kind {
        members.iter().for_each(|member| visit(member, &path, found));
    }
}
