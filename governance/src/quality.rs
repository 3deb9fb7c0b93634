//! What products found of their own data: taken from their OpenLineage events, and held against service levels.

pub(crate) mod affected;
pub(crate) mod judged;
pub(crate) mod levels;
pub(crate) mod told;
pub(crate) mod watch;
