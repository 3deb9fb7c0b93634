//! The entity tags under which a caller knows what it decides on.

use axum::http::{HeaderMap, header};

use crate::failure::{self, Failure};

/// The tags of the header `if-match`, at least one.
#[derive(Debug)]
pub(crate) struct Tags(Vec<String>);

impl Tags {
    /// What the header says. A decision is about what was read, so a tag must be there, and `*` is none.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, Failure> {
        let given = headers.get_all(header::IF_MATCH).iter().filter_map(|value| value.to_str().ok());
        let tags: Vec<String> = given.flat_map(|value| value.split(',')).map(|tag| tag.trim().to_owned()).collect();
        if tags.is_empty() || tags.iter().any(|tag| tag == "*") {
            let detail = "expected the header `if-match` with the entity tag under which it was read";
            return Err(Failure::new(failure::UNCONDITIONAL, detail));
        }
        Ok(Self(tags))
    }

    /// Whether what has this tag now is as the caller knows it.
    pub(crate) fn admit(&self, tag: &str) -> bool {
        self.0.iter().any(|known| known == tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_a_list_and_never_anything() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_MATCH, value.parse().expect("a value"));
            }
            Tags::read(&headers)
        };
        assert!(read(&[]).is_err() && read(&["*"]).is_err() && read(&["\"a\", *"]).is_err());
        let several = read(&["\"a\", \"b\"", "W/\"c\""]).expect("tags");
        assert_eq!(["\"a\"", "\"b\"", "\"c\""].map(|tag| several.admit(tag)), [true, true, false]);
    }
}
