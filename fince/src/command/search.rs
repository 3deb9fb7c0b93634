//! `fince search WORDS…`

use clap::Args;
use mesh_api::{FacetCount, SearchHit, SearchPage, SearchRequest};

use crate::failure::Failure;
use crate::governance_client::Listing;
use crate::output::Paint;
use crate::service_errors;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince search loan amount --as omar                    products, ports and columns, best first
  fince search custmoer --as omar                       typing errors are forgiven
  fince search iban --domain deposits --as omar -f json | jq -r '.items[].name'";

/// Find products, ports and columns by words
///
/// Every word is optional; exact names come first, and the last word may be unfinished.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Search {
    /// Words of names, titles, descriptions, owners and tags
    #[arg(required = true)]
    words: Vec<String>,

    /// Only of this domain
    #[arg(long)]
    domain: Option<String>,

    /// Most entries to print, 1 to 100
    #[arg(long, default_value_t = SearchRequest::LIMIT_DEFAULT)]
    limit: u32,

    #[command(flatten)]
    listing: Listing,
}

impl Search {
    /// Searches.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = self.listing.client(setting)?;
        let request = SearchRequest {
            q: Some(self.words.join(" ")),
            domain: self.domain.clone(),
            limit: Some(self.limit),
            ..SearchRequest::default()
        };
        let page = client.search(&request).await.map_err(service_errors::governance)?;
        self.listing.print(setting, &page, table)
    }
}

fn table(page: &SearchPage, paint: Paint) -> String {
    if page.items.is_empty() {
        return "nothing is found".to_owned();
    }
    let mut table =
        Table::new(["kind", "name", "class", "title or description"].map(|name| (name, Lean::Left))).open_end();
    for hit in &page.items {
        let class = hit.classification.map(|class| format!("{class:?}").to_lowercase()).unwrap_or_default();
        table.row([hit.kind.as_str(), &hit.name, &class, &about(hit)]);
    }
    let counts = |counts: &[FacetCount]| {
        counts.iter().map(|count| format!("{} {}", count.count, count.value)).collect::<Vec<_>>().join(", ")
    };
    let (shown, kinds, domains) = (page.items.len(), counts(&page.facets.kind), counts(&page.facets.domain));
    format!("{}\n{shown} of {} ({kinds}; {domains})", table.render(paint), page.total)
}

/// One line that says what an entry is.
fn about(hit: &SearchHit) -> String {
    let text = hit.description.as_deref().or(hit.title.as_deref()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_found_is_listed_with_its_counts() {
        let mut page = json!({
            "items": [{
                "kind": "port", "name": "lending.loans", "domain": "lending", "classification": "internal",
                "description": "Loans\n  granted\u{1b}[31m", "highlights": [],
            }],
            "total": 7, "as_of": 1,
            "facets": {
                "domain": [{"value": "lending", "count": 7}], "kind": [{"value": "port", "count": 7}],
                "classification": [], "status": [], "freshness": [],
            },
        });
        let shown =
            |page: &serde_json::Value| table(&serde_json::from_value(page.clone()).expect("a page"), Paint(false));
        let text = shown(&page);
        let row = text.lines().find(|line| line.starts_with("port")).expect("a row");
        assert!(row.contains("lending.loans") && row.contains("internal") && row.contains("Loans granted"), "{text}");
        assert!(text.ends_with("\n1 of 7 (7 port; 7 lending)") && !text.contains('\u{1b}'), "{text}");
        page["items"] = json!([]);
        assert_eq!(shown(&page), "nothing is found");
    }
}
