//! `fince subscription list`

use clap::Args;
use mesh_api::{PageRequest, Subscription};

use crate::failure::Failure;
use crate::governance_client::{Listing, all_pages};
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince subscription list --as omar";

/// List webhooks, newest first: one's own, for governance all
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
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
        let listed = all_pages(async |page: PageRequest| client.subscriptions(&page).await).await?;
        self.listing.print(setting, listed.as_slice(), table)
    }
}

fn table(listed: &[Subscription], paint: Paint) -> String {
    if listed.is_empty() {
        return "no subscriptions".to_owned();
    }
    let names = ["id", "principal", "url", "only", "delivered", "state"];
    let mut table = Table::new(names.map(|name| (name, Lean::Left)));
    for subscription in listed {
        table.row([
            subscription.id.as_str(),
            &subscription.principal,
            subscription.url.as_str(),
            &only(subscription),
            &subscription.delivered.to_string(),
            &state(subscription),
        ]);
    }
    table.render(paint)
}

/// What its events must pass.
fn only(subscription: &Subscription) -> String {
    let filter = &subscription.filter;
    let port = filter.port.as_ref().map(ToString::to_string);
    let kind = filter.kind.map(|kind| kind.as_str().to_owned());
    [filter.domain.clone(), port, filter.rule.clone(), kind].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn state(subscription: &Subscription) -> String {
    match (&subscription.ended, subscription.attempts) {
        (Some(why), _) => format!("ended: {why}"),
        (None, 0) => format!("until {}", subscription.expires_at.format("%Y-%m-%d")),
        (None, attempts) => format!("tried {attempts} times in vain"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use mesh_api::{EventFilter, EventKind};

    use super::*;

    #[test]
    fn webhooks_are_listed_with_how_they_do() {
        let filter = EventFilter {
            port: Some("lending.loans".parse().expect("a name")),
            kind: Some(EventKind::PortPublished),
            ..EventFilter::default()
        };
        let made = Subscription {
            id: "sub-7".into(),
            principal: "omar".into(),
            url: "https://hooks.bank.example/mesh".parse().expect("a url"),
            filter,
            created_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
            delivered: 12,
            attempts: 0,
            ended: None,
        };
        let tried = Subscription { attempts: 3, filter: EventFilter::default(), ..made.clone() };
        let ended = Subscription { ended: Some("it expired".into()), ..tried.clone() };
        insta::assert_snapshot!(table(&[made, tried, ended], Paint(false)), @r"
        id     principal  url                              only                           delivered  state
        ─────  ─────────  ───────────────────────────────  ─────────────────────────────  ─────────  ─────────────────────
        sub-7  omar       https://hooks.bank.example/mesh  lending.loans, port.published  12         until 1970-01-01
        sub-7  omar       https://hooks.bank.example/mesh                                 12         tried 3 times in vain
        sub-7  omar       https://hooks.bank.example/mesh                                 12         ended: it expired
        ");
        assert_eq!(table(&[], Paint(false)), "no subscriptions");
    }
}
