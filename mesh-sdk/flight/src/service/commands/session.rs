//! CloseSession, GetSessionOptions and SetSessionOptions.
//!
//! There is no session to keep: a token says who asks on every call. What clients set when they connect is answered
//! truthfully: the catalog is `mesh`, and nothing else can be set.

use std::collections::HashMap;

use crate::service::CATALOG;

const CATALOG_OPTION: &str = "catalog";

/// `CloseSessionResult`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CloseSessionResult {
    /// 1: closed.
    #[prost(int32, tag = "1")]
    pub(crate) status: i32,
}

/// `GetSessionOptionsResult`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct GetSessionOptionsResult {
    #[prost(map = "string, message", tag = "1")]
    pub(crate) session_options: HashMap<String, SessionOptionValue>,
}

/// `SetSessionOptionsRequest`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SetSessionOptionsRequest {
    #[prost(map = "string, message", tag = "1")]
    pub(crate) session_options: HashMap<String, SessionOptionValue>,
}

/// `SetSessionOptionsResult`: the options that could not be set.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SetSessionOptionsResult {
    #[prost(map = "string, message", tag = "1")]
    pub(crate) errors: HashMap<String, SetSessionOptionError>,
}

/// `SetSessionOptionsResult.Error`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SetSessionOptionError {
    /// 1: no such option; 2: not a value for it.
    #[prost(int32, tag = "1")]
    pub(crate) value: i32,
}

/// `SessionOptionValue`, as far as this server knows it: text.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SessionOptionValue {
    #[prost(string, optional, tag = "1")]
    pub(crate) string_value: Option<String>,
}

pub(in crate::service) fn close() -> CloseSessionResult {
    CloseSessionResult { status: 1 }
}

pub(in crate::service) fn get() -> GetSessionOptionsResult {
    let catalog = SessionOptionValue { string_value: Some(CATALOG.to_owned()) };
    GetSessionOptionsResult { session_options: HashMap::from([(CATALOG_OPTION.to_owned(), catalog)]) }
}

pub(in crate::service) fn set(request: SetSessionOptionsRequest) -> SetSessionOptionsResult {
    let refused = request.session_options.into_iter().filter_map(|(name, value)| {
        let value = match (name.as_str(), value.string_value.as_deref()) {
            (CATALOG_OPTION, Some(CATALOG)) => return None,
            (CATALOG_OPTION, _) => 2,
            _ => 1,
        };
        Some((name, SetSessionOptionError { value }))
    });
    SetSessionOptionsResult { errors: refused.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_catalog_can_be_set_and_only_to_what_it_is() {
        let options = [("catalog", "mesh"), ("schema", "lending")];
        let text = |value: &str| SessionOptionValue { string_value: Some(value.to_owned()) };
        let request = SetSessionOptionsRequest {
            session_options: options.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
        };
        let refused: Vec<(String, i32)> = set(request).errors.into_iter().map(|(name, e)| (name, e.value)).collect();
        assert_eq!(refused, [("schema".to_owned(), 1)]);
        let other = SetSessionOptionsRequest { session_options: HashMap::from([("catalog".into(), text("other"))]) };
        assert_eq!(set(other).errors["catalog"].value, 2);
        assert_eq!(get().session_options["catalog"], text("mesh"));
    }
}
