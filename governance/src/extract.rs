//! How requests are read; each way of being unreadable has its code.

mod body;
mod caller;
mod if_match;
mod query;

pub(crate) use body::Body;
pub(crate) use caller::Caller;
pub(crate) use if_match::Tags;
pub(crate) use query::Query;
