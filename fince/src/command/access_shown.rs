//! What the commands on access agreements share: how one is printed, and until when one is wanted.

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, value_parser};
use mesh_api::{AgreementDetail, AgreementStatus, AgreementSummary};
use mesh_contract::PortVersion;

use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
use crate::setting::Setting;

/// For how long access is wanted.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Lasting {
    /// Days for which access is wanted, from now on
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = value_parser!(u16).range(1..=731))]
    days: u16,
}

/// A decision on an agreement.
#[derive(Args, Debug)]
pub(super) struct Decision {
    /// The agreement, as `fince access list` shows it
    #[arg(value_name = "ID")]
    pub(super) id: String,

    /// Why, for the other side and for audit
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,

    /// How to print what became of it
    #[arg(short, long, value_enum, default_value_t)]
    pub(super) format: ListFormat,

    #[command(flatten)]
    pub(super) asker: Asker,
}

impl Lasting {
    /// The end.
    pub(super) fn until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::days(i64::from(self.days))
    }
}

/// Prints an agreement.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn print(setting: &Setting, format: ListFormat, agreement: &AgreementDetail) -> Result<(), Failure> {
    let text = match format {
        ListFormat::Json => governance_client::json(agreement)?,
        ListFormat::Table => sentence(&agreement.summary),
    };
    Ok(setting.output.result(&text)?)
}

/// One agreement in a sentence.
fn sentence(agreement: &AgreementSummary) -> String {
    let domain = agreement.port.domain();
    let waits = match (agreement.status, agreement.needs_governance) {
        (AgreementStatus::Requested | AgreementStatus::Renewing, true) => {
            format!("; an owner of {domain} and governance decide")
        }
        (AgreementStatus::Requested | AgreementStatus::Renewing, false) => format!("; an owner of {domain} decides"),
        _ => String::new(),
    };
    let (id, status, who) = (&agreement.id, agreement.status.as_str(), &agreement.principal);
    format!(
        "{id} is {status}: {who} reads {} for {} until {}{waits}",
        port(agreement),
        purposes(agreement),
        end(agreement)
    )
}

/// The port with its major, as SQL names it.
pub(super) fn port(agreement: &AgreementSummary) -> String {
    PortVersion { name: agreement.port.clone(), major: agreement.major }.to_string()
}

/// The purposes in one cell.
pub(super) fn purposes(agreement: &AgreementSummary) -> String {
    agreement.purposes.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The last moment, as it is granted or else asked for.
pub(super) fn end(agreement: &AgreementSummary) -> String {
    agreement.expires.unwrap_or(agreement.until).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::command) fn agreement(status: AgreementStatus, needs_governance: bool) -> AgreementSummary {
        AgreementSummary {
            id: "agr-42".into(),
            port: "lending.loans".parse().expect("a name"),
            major: 1,
            principal: "omar".into(),
            purposes: ["audit".to_owned(), "risk".to_owned()].into(),
            columns: None,
            classification: "internal".into(),
            needs_governance,
            status,
            until: DateTime::UNIX_EPOCH + TimeDelta::days(1),
            starts: None,
            expires: None,
            requested_at: DateTime::UNIX_EPOCH,
            revision: 1,
        }
    }

    #[test]
    fn a_sentence_says_who_decides_as_long_as_someone_must() {
        let told = sentence(&agreement(AgreementStatus::Requested, true));
        insta::assert_snapshot!(told, @"agr-42 is requested: omar reads lending.loans_v1 for audit, risk until 1970-01-02 00:00; an owner of lending and governance decide");
        let told = sentence(&agreement(AgreementStatus::Active, true));
        insta::assert_snapshot!(told, @"agr-42 is active: omar reads lending.loans_v1 for audit, risk until 1970-01-02 00:00");
    }
}
