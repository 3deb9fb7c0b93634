//! CommandStatementIngest: refused, since ports are read-only.

use crate::refusal::Refusal;

pub(in crate::service) fn refuse() -> Refusal {
    Refusal::ReadOnly("ingest")
}
