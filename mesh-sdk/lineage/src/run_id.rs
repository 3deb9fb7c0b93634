//! OpenLineage wants a UUID for each run; ours have names.

use std::fmt::Write;

use crate::digest::sha256;

/// The UUID that stands for a run of this mesh: version 8 of RFC 9562 over the SHA-256 of `parts`, so that whoever knows
/// the run's name knows its UUID. Parts are kept apart: `["a", "bc"]` is another run than `["ab", "c"]`.
#[must_use]
pub fn run_id(parts: &[&str]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in sha256(parts).iter().take(16).enumerate() {
        let byte = match at {
            6 => 0x80 | (byte & 0x0f),
            8 => 0x80 | (byte & 0x3f),
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_run_has_the_same_uuid() {
        let id = run_id(&["run-1", "lending.loans_v1"]);
        assert_eq!(id, run_id(&["run-1", "lending.loans_v1"]));
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "8", "version");
        assert!(["8", "9", "a", "b"].contains(&&id[19..20]), "variant of {id}");
    }

    #[test]
    fn another_run_has_another() {
        assert_ne!(run_id(&["a", "bc"]), run_id(&["ab", "c"]));
        assert_ne!(run_id(&["a"]), run_id(&["a", ""]));
    }
}
