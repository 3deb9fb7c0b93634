//! `fince contract deprecate`

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use mesh_api::Deprecate as Request;

use super::contract_life::{Decision, Subject};
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince contract deprecate lending.loans 1.0.0 --sunset 2027-06-30 --reason 'major 2 replaces it' --as lena";

/// Deprecate a contract version, or give it another sunset
///
/// As an owner of its domain or as governance. It stays in force; its consumers are told how long.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Deprecate {
    #[command(flatten)]
    decision: Decision,

    /// When it is to be retired: a day, from its beginning in UTC, or a time with its offset
    #[arg(long, value_name = "DATE", value_parser = sunset)]
    sunset: DateTime<Utc>,
}

impl Deprecate {
    /// Deprecates it.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Subject { client, port, seen } = self.decision.subject(setting).await?;
        let request = Request { reason: self.decision.reason.clone(), sunset: self.sunset };
        let decided = client.deprecate(&port, &seen, &request).await;
        self.decision.print(setting, &port, decided)
    }
}

fn sunset(text: &str) -> Result<DateTime<Utc>, String> {
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0)).map(|time| time.and_utc());
    let time = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    day.or_else(time).ok_or_else(|| "expected a day such as 2027-06-30, or a time with its offset".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sunset_is_a_day_or_a_time() {
        let read = |text| sunset(text).map(|time| time.to_rfc3339()).ok();
        assert_eq!(read("2027-06-30").as_deref(), Some("2027-06-30T00:00:00+00:00"));
        assert_eq!(read("2027-06-30T02:00:00+02:00").as_deref(), Some("2027-06-30T00:00:00+00:00"));
        for bad in ["", "tomorrow", "30.06.2027", "2027-06-30T02:00:00"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
