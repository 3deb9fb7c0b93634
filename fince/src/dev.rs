//! The development identity: a local token issuer and four example principals. Production takes an OIDC issuer, and
//! then none of this exists.

mod identity;
mod keys;
mod principals;

pub(crate) use identity::{DevelopmentIdentity, product};
pub(crate) use keys::Keys;
