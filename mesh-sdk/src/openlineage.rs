//! Who else is told of each run's lineage, from the standard variables.

use mesh_api::lineage::Endpoint;
use url::Url;

/// `OPENLINEAGE_URL`, `OPENLINEAGE_ENDPOINT` (default `api/v1/lineage`) and `OPENLINEAGE_API_KEY`, as OpenLineage's own
/// clients read them. `None` when nobody is named; an error when what is named is no address.
pub fn openlineage_endpoint(variable: impl Fn(&str) -> Option<String>) -> Option<Result<Endpoint, String>> {
    let base = variable("OPENLINEAGE_URL")?;
    let path = variable("OPENLINEAGE_ENDPOINT").unwrap_or_else(|| "api/v1/lineage".to_owned());
    let url = match Url::parse(&format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        Ok(url) => return Some(Err(format!("expected `http` or `https`, found `{}`", url.scheme()))),
        Err(error) => return Some(Err(error.to_string())),
    };
    Some(Ok(Endpoint::new(url, variable("OPENLINEAGE_API_KEY"))))
}
