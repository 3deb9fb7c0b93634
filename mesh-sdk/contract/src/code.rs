//! Stable error codes: every error a user can meet has one, and each has a page in `docs/errors/`.

use std::fmt;

/// `FC-nnnn`. Ranges: 0001 contracts and manifests, 1001 sources, models, checks and publishing, 2001 queries and
/// governed reads, 3001 Flight, 4001 governance, 5001 products and the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FC-{:04}", self.0)
    }
}
