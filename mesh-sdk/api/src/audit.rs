//! The audit trail: what was decided, by whom and when, as a chain of hashes.
//!
//! Whoever holds the records can check them: the hash of a record is over all that it says and over the hash of the one
//! before it, so that none can be changed, left out or moved without all later hashes being wrong.

mod checkpoint;
mod ocsf;
mod verify;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

pub use checkpoint::{Checkpoint, SealedCheckpoint};
pub use verify::{TrailFault, Verifier};

/// One record. It is never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditRecord {
    /// Place in the chain, from 1, without gaps.
    pub sequence: u64,
    /// When it was decided, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who did it: a principal's name, or `rules` for what the rules decided on their own.
    pub actor: String,
    /// What was done.
    #[schema(example = "contract.register")]
    pub action: String,
    /// To what.
    #[schema(example = "lending.loans 1.0.0")]
    pub subject: String,
    /// More about it, an object.
    pub detail: Value,
    /// Hash of the record before it; of the first record, [`AuditRecord::GENESIS`].
    #[schema(pattern = "^sha256:[0-9a-f]{64}$")]
    pub previous: String,
    /// Hash of this record: SHA-256 over its fields in the order above up to `previous`, each as a netstring (length in
    /// bytes, `:`, the bytes, `,`), numbers in decimal, the time in microseconds since 1970, the detail as canonical JSON
    /// (no white space, keys in the order of their bytes).
    #[schema(pattern = "^sha256:[0-9a-f]{64}$")]
    pub hash: String,
}

/// Which records are asked for; all of them together are the whole chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Of this principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Of this action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "contract.approve")]
    pub action: Option<String>,
    /// On this subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "lending.loans 1.0.0")]
    pub subject: Option<String>,
    /// From then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// Before then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Behind the record with this sequence number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
}

/// Prunes the beginning of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `before` and `reason`")]
pub struct Prune {
    /// Records before then go; it lies five years back at least.
    pub before: DateTime<Utc>,
    /// In words, for the record: 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

impl AuditRecord {
    /// What stands for the hash before the first record.
    pub const GENESIS: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    /// Action of attempts that were refused.
    pub const REFUSE: &str = "request.refuse";

    /// The hash that the record should have.
    #[must_use]
    pub fn computed_hash(&self) -> String {
        let (sequence, at) = (self.sequence.to_string(), self.at.timestamp_micros().to_string());
        let detail = canonical_json(&self.detail);
        let fields = [&sequence, &at, &self.actor, &self.action, &self.subject, &detail, &self.previous];
        let mut hash = Sha256::new();
        for field in fields {
            hash.update(format!("{}:", field.len()));
            hash.update(field);
            hash.update(",");
        }
        hash.finalize().iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
    }
}

/// JSON without white space, the keys of every object in the order of their bytes.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let sorted: BTreeMap<&String, &Value> = entries.iter().collect();
            let show = |(key, value): (&String, &Value)| format!("{}:{}", string(key), canonical_json(value));
            format!("{{{}}}", sorted.into_iter().map(show).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical_json).collect::<Vec<_>>().join(",")),
        Value::String(text) => string(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn string(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record() -> AuditRecord {
        AuditRecord {
            sequence: 7,
            at: DateTime::from_timestamp_micros(1_700_000_000_000_001).expect("a time"),
            actor: "lena".into(),
            action: "contract.register".into(),
            subject: "lending.loans 1.0.0".into(),
            detail: json!({"hash": "sha256:00", "a": [1, {"c": null, "b": "ü\n"}]}),
            previous: AuditRecord::GENESIS.into(),
            hash: String::new(),
        }
    }

    #[test]
    fn canonical_json_does_not_depend_on_the_order_of_keys() {
        let expected = r#"{"a":[1,{"b":"ü\n","c":null}],"hash":"sha256:00"}"#;
        assert_eq!(canonical_json(&record().detail), expected);
    }

    #[test]
    fn the_hash_is_what_anybody_computes_by_the_description() {
        // printf '1:7,16:1700000000000001,4:lena,…' | sha256sum
        let text = format!(
            "1:7,16:1700000000000001,4:lena,17:contract.register,19:lending.loans 1.0.0,50:{},71:{},",
            r#"{"a":[1,{"b":"ü\n","c":null}],"hash":"sha256:00"}"#,
            AuditRecord::GENESIS
        );
        let digest = Sha256::digest(text.as_bytes());
        let expected = digest.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"));
        assert_eq!(record().computed_hash(), expected);
    }

    #[test]
    fn every_field_counts_and_none_runs_into_the_next() {
        let changes: [fn(&mut AuditRecord); 8] = [
            |record| record.sequence += 1,
            |record| record.at += chrono::TimeDelta::microseconds(1),
            |record| record.actor.push('x'),
            |record| record.action.push('x'),
            |record| record.subject.push('x'),
            |record| record.detail["a"][0] = json!(2),
            |record| record.previous = "sha256:11".into(),
            |record| (record.actor, record.action) = ("lenac".into(), "ontract.register".into()),
        ];
        for change in changes {
            let mut changed = record();
            change(&mut changed);
            assert_ne!(changed.computed_hash(), record().computed_hash(), "{changed:?}");
        }
    }
}
