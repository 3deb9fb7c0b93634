//! Records in the words of the Open Cybersecurity Schema Framework, for a bank's own security tools.

use serde_json::{Value, json};

use super::AuditRecord;

/// Version of the schema.
const VERSION: &str = "1.3.0";
/// Class "API Activity" of the category "Application Activity".
const CLASS: u64 = 6003;

impl AuditRecord {
    /// The record as an OCSF event of the class API Activity. What OCSF has no word for is in `unmapped`, so that the chain
    /// can be verified from the export too.
    #[must_use]
    pub fn to_ocsf(&self) -> Value {
        let (activity, name) = activity(&self.action);
        let (status_id, status) = if self.action == Self::REFUSE { (2, "Failure") } else { (1, "Success") };
        json!({
            "activity_id": activity,
            "activity_name": name,
            "actor": {"user": {"name": self.actor}},
            "api": {"operation": self.action, "service": {"name": "governance"}},
            "category_name": "Application Activity",
            "category_uid": CLASS / 1000,
            "class_name": "API Activity",
            "class_uid": CLASS,
            "metadata": {
                "uid": self.hash,
                "sequence": self.sequence,
                "product": {"name": "FinCe governance", "vendor_name": "FinCe"},
                "version": VERSION,
            },
            "resources": [{"name": self.subject}],
            "severity": "Informational",
            "severity_id": 1,
            "src_endpoint": {"name": "governance"},
            "status": status,
            "status_id": status_id,
            "time": self.at.timestamp_millis(),
            "type_name": format!("API Activity: {name}"),
            "type_uid": CLASS * 100 + activity,
            "unmapped": {
                "at": self.at,
                "detail": self.detail,
                "hash": self.hash,
                "previous": self.previous,
            },
        })
    }
}

/// OCSF's word for what was done.
fn activity(action: &str) -> (u64, &'static str) {
    match action.rsplit('.').next() {
        Some("register" | "request" | "create") => (1, "Create"),
        Some("read" | "export") => (2, "Read"),
        Some("prune" | "delete") => (4, "Delete"),
        Some("refuse") => (99, "Other"),
        _ => (3, "Update"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(action: &str) -> AuditRecord {
        AuditRecord {
            sequence: 7,
            at: chrono::DateTime::from_timestamp_micros(1_700_000_000_123_456).expect("a time"),
            actor: "lena".into(),
            action: action.into(),
            subject: "lending.loans 1.0.0".into(),
            detail: json!({"reason": "registered"}),
            previous: AuditRecord::GENESIS.into(),
            hash: "sha256:11".into(),
        }
    }

    #[test]
    fn an_event_has_what_its_class_requires_and_keeps_the_record() {
        let event = record("contract.register").to_ocsf();
        for required in [
            "activity_id",
            "actor",
            "api",
            "category_uid",
            "class_uid",
            "metadata",
            "severity_id",
            "src_endpoint",
            "time",
        ] {
            assert!(!event[required].is_null(), "{required}");
        }
        assert_eq!((&event["type_uid"], &event["time"]), (&json!(600_301), &json!(1_700_000_000_123_i64)));
        assert_eq!(event["unmapped"]["at"], json!("2023-11-14T22:13:20.123456Z"));
    }

    #[test]
    fn reads_are_reads_and_refusals_are_failures() {
        let told = |action: &str| {
            let event = record(action).to_ocsf();
            (event["type_uid"].clone(), event["status"].clone())
        };
        assert_eq!(told("port.read"), (json!(600_302), json!("Success")));
        assert_eq!(told(AuditRecord::REFUSE), (json!(600_399), json!("Failure")));
    }
}
