//! Who may read what: identities, agreements, decisions and permits, as pure functions.
//!
//! The one way to a [`Permit`] is [`decide`]; the one way to data is a permit. Time is a parameter everywhere, so the
//! same question always has the same answer.

pub mod agreement;
pub mod clock;
pub mod decision;
pub mod identity;
pub mod seal;
pub mod token;

pub use agreement::{Agreement, Agreements, Grant};
pub use clock::Clock;
pub use decision::{Basis, Decision, Denial, Permit, decide};
pub use identity::{AUDIENCE, Identity, Principal, Purpose};
pub use seal::{SealError, Sealer, Unsealer};
