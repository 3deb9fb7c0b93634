//! How requests are read; each way of being unreadable has its code.

mod body;
mod caller;
mod query;

pub(crate) use body::Body;
pub(crate) use caller::Caller;
pub(crate) use query::Query;
