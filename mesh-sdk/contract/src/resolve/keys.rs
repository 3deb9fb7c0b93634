//! Primary and partition keys.

use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::raw::property::RawProperty;

/// Each property's 1-based position in the primary key.
pub(super) fn primary(raw: &[RawProperty], pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<Option<u32>> {
    let written: Vec<_> = raw.iter().map(|property| (property.primary_key, property.primary_key_position)).collect();
    positions(&written, ("primaryKey", "primaryKeyPosition"), pointer, faults)
}

/// Each property's 1-based position in the partition key.
pub(super) fn partition(raw: &[RawProperty], pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<Option<u32>> {
    let written: Vec<_> = raw.iter().map(|property| (property.partitioned, property.partition_key_position)).collect();
    positions(&written, ("partitioned", "partitionKeyPosition"), pointer, faults)
}

/// Members of a key without any position stand in the order of the document; `-1` means no position, as in the
/// standard. With positions they must be exactly 1, 2, 3, …
fn positions(
    written: &[(Option<bool>, Option<i64>)],
    (flag, position): (&str, &str),
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Vec<Option<u32>> {
    let stated = |number: Option<i64>| number.filter(|number| *number != -1);
    let members = written.iter().filter(|(member, _)| *member == Some(true));
    let any_stated = members.clone().any(|(_, number)| stated(*number).is_some());
    let count = i64::try_from(members.count()).unwrap_or(i64::MAX);
    let mut taken: Vec<(i64, usize)> = Vec::new();
    let mut next = 0;
    let mut resolved = Vec::with_capacity(written.len());
    for (index, (member, number)) in written.iter().enumerate() {
        let place = pointer.item(index).key(position);
        if *member != Some(true) {
            if stated(*number).is_some() {
                faults
                    .error(codes::KEY_POSITIONS, &place, format!("`{position}` without `{flag}: true`"))
                    .help(format!("add `{flag}: true`, or leave the position out"));
            }
            resolved.push(None);
            continue;
        }
        next += 1;
        let number = match stated(*number) {
            Some(number) => number,
            None if any_stated => {
                faults
                    .error(codes::KEY_POSITIONS, &pointer.item(index).key(flag), format!("`{position}` is missing"))
                    .help("state the position of every column of the key, or of none");
                next
            }
            None => next,
        };
        if any_stated && !(1..=count).contains(&number) {
            faults
                .error(codes::KEY_POSITIONS, &place, format!("position `{number}` leaves a gap"))
                .help(format!("the key has {count} columns: positions are 1 to {count}"));
        } else if let Some((_, first)) = taken.iter().find(|(known, _)| *known == number) {
            let first = faults.span(&pointer.item(*first).key(position));
            faults
                .error(codes::KEY_POSITIONS, &place, format!("position `{number}` is taken"))
                .label(first, "first here");
        }
        taken.push((number, index));
        resolved.push(u32::try_from(number).ok());
    }
    resolved
}
