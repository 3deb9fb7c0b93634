//! Transactions and savepoints: refused. Each query reads immutable snapshots, which is all a reader could ask of one.

use bytes::Bytes;

use crate::refusal::Refusal;

pub(in crate::service) fn refuse(action: &str) -> Refusal {
    Refusal::Unsupported(action.to_owned())
}

/// A statement cannot be part of a transaction that was never begun; some clients send an empty name for "none".
pub(super) fn refuse_within(transaction: Option<&Bytes>) -> Result<(), Refusal> {
    match transaction {
        Some(name) if !name.is_empty() => Err(refuse("a transaction")),
        _ => Ok(()),
    }
}
