//! What is asked about.

use mesh_api::LineageQuery;
use mesh_contract::name::is_identifier;

use crate::failure::{Failure, codes};

/// A domain, a port or a column of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    domain: String,
    port: Option<String>,
    column: Option<String>,
}

impl Target {
    /// Reads `domain`, `domain.port` or `domain.port.column`; a nested column has dots of its own.
    ///
    /// # Errors
    /// When it is none of these.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let mut parts = text.splitn(3, '.');
        let domain = parts.next().unwrap_or_default().to_owned();
        let (port, column) = (parts.next().map(str::to_owned), parts.next().map(str::to_owned));
        let are_names = is_identifier(&domain) && port.as_deref().is_none_or(is_identifier);
        if are_names && column.as_ref().is_none_or(|column| !column.is_empty()) {
            return Ok(Self { domain, port, column });
        }
        let message = format!("`{text}` is neither a domain, nor a port, nor a column of a port");
        Err(Failure::usage(codes::PORT, message).help("such as `lending`, `lending.loans` or `lending.loans.balance`"))
    }

    /// The port's name, where it is more than a domain.
    pub(crate) fn port(&self) -> Option<String> {
        self.port.as_ref().map(|port| format!("{}.{port}", self.domain))
    }

    /// The column, where it is one.
    pub(crate) fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The start of a query.
    pub(crate) fn lineage_query(&self) -> LineageQuery {
        let product = self.port.is_none().then(|| self.domain.clone());
        LineageQuery { product, port: self.port(), column: self.column.clone(), ..LineageQuery::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_ports_and_columns_are_told_apart() {
        let target = |text: &str| Target::parse(text).ok().map(|of| (of.port(), of.column));
        assert_eq!(target("lending"), Some((None, None)));
        assert_eq!(target("lending.loans_v1"), Some((Some("lending.loans_v1".into()), None)));
        let column = Some((Some("lending.loans".into()), Some("address.city".into())));
        assert_eq!(target("lending.loans.address.city"), column);
        for bad in ["", "Lending", "lending.", "lending..x", "lending.loans.", "../x"] {
            assert_eq!(target(bad), None, "{bad}");
        }
    }
}
