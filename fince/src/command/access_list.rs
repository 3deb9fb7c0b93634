//! `fince access list`

use clap::Args;
use mesh_api::{AgreementQuery, AgreementStatus, AgreementSummary, PageRequest};

use super::access_shown::{end, port, purposes};
use crate::failure::Failure;
use crate::governance_client::{Listing, all_pages};
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince access list --as omar                           one's own
  fince access list --status requested --as lena        what waits for a decision
  fince access list --port lending.loans --as officer -f json | jq -r '.[].principal'";

/// List access agreements, newest first: one's own, those over the ports of one's domains, for governance all
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// Only of this port
    #[arg(long, value_name = "DOMAIN.PORT")]
    port: Option<String>,

    /// Only of the ports of this domain
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,

    /// Only of this principal
    #[arg(long, value_name = "NAME")]
    principal: Option<String>,

    /// Only in this status: requested, active, renewing, rejected, revoked or expired
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<AgreementStatus>,

    #[command(flatten)]
    listing: Listing,
}

impl List {
    /// Lists them.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = self.listing.client(setting)?;
        let listed = all_pages(async |page: PageRequest| {
            let query = AgreementQuery {
                port: self.port.clone(),
                domain: self.domain.clone(),
                principal: self.principal.clone(),
                status: self.status,
                cursor: page.cursor,
                limit: page.limit,
            };
            client.agreements(&query).await
        });
        let listed = listed.await?;
        self.listing.print(setting, listed.as_slice(), table)
    }
}

fn status(text: &str) -> Result<AgreementStatus, String> {
    AgreementStatus::parse(text).ok_or_else(|| {
        let words: Vec<_> = AgreementStatus::ALL.iter().map(|status| status.as_str()).collect();
        format!("expected one of {}", words.join(", "))
    })
}

fn table(listed: &[AgreementSummary], paint: Paint) -> String {
    if listed.is_empty() {
        return "no such agreements".to_owned();
    }
    let names = ["id", "status", "port", "principal", "purposes", "columns", "until", "decides"];
    let mut table = Table::new(names.map(|name| (name, Lean::Left)));
    for agreement in listed {
        let columns = agreement
            .columns
            .as_ref()
            .map_or("all".to_owned(), |columns| columns.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
        table.row([
            agreement.id.as_str(),
            agreement.status.as_str(),
            &port(agreement),
            &agreement.principal,
            &purposes(agreement),
            &columns,
            &end(agreement),
            if agreement.needs_governance { "owner and governance" } else { "owner" },
        ]);
    }
    table.render(paint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::access_shown::tests::agreement;

    #[test]
    fn agreements_are_listed_with_who_decides() {
        let mut granted = agreement(AgreementStatus::Active, false);
        granted.columns = Some(["loan_id".to_owned(), "state".to_owned()].into());
        let listed = [agreement(AgreementStatus::Requested, true), granted];
        insta::assert_snapshot!(table(&listed, Paint(false)), @r"
        id      status     port              principal  purposes     columns         until             decides
        ──────  ─────────  ────────────────  ─────────  ───────────  ──────────────  ────────────────  ────────────────────
        agr-42  requested  lending.loans_v1  omar       audit, risk  all             1970-01-02 00:00  owner and governance
        agr-42  active     lending.loans_v1  omar       audit, risk  loan_id, state  1970-01-02 00:00  owner
        ");
        assert_eq!(table(&[], Paint(false)), "no such agreements");
    }

    #[test]
    fn a_status_is_one_of_those_there_are() {
        assert_eq!(status("revoked"), Ok(AgreementStatus::Revoked));
        assert!(status("gone").is_err());
    }
}
