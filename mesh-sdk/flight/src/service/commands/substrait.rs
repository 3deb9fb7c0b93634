//! CommandStatementSubstraitPlan and CreatePreparedSubstraitPlan: refused. A plan from outside would be a second way
//! to state a query, and each way in is one more to guard.

use crate::refusal::Refusal;

pub(in crate::service) fn refuse() -> Refusal {
    Refusal::Unsupported("Substrait".into())
}
