//! Short identities of long names.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// 128 bits of the SHA-256 of `parts`, in hex. Parts are kept apart: `["a", "bc"]` is not `["ab", "c"]`.
#[must_use]
pub fn digest(parts: &[&str]) -> String {
    let mut text = String::with_capacity(32);
    for byte in sha256(parts).iter().take(16) {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The SHA-256 of `parts`, each with its length before it.
pub(crate) fn sha256(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_apart() {
        assert_eq!(digest(&["a", "bc"]).len(), 32);
        assert_eq!(digest(&["a", "bc"]), digest(&["a", "bc"]));
        assert_ne!(digest(&["a", "bc"]), digest(&["ab", "c"]));
        assert_ne!(digest(&["a"]), digest(&["a", ""]));
    }
}
