//! Opaque cursors: the key of a page's last entry, so that entries added meanwhile move nothing.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mesh_api::{Page, PageRequest};

use crate::failure::{self, Failure};

/// A page request whose cursor was read.
pub(crate) struct Window<K> {
    /// Key of the last entry of the page before.
    pub(crate) after: Option<K>,
    /// Most entries in the page.
    pub(crate) limit: usize,
}

impl<K> Window<K> {
    /// Reads a page request; `key` reads the key that a cursor holds.
    pub(crate) fn read(request: &PageRequest, key: impl FnOnce(&str) -> Option<K>) -> Result<Self, Failure> {
        let limit = request.limit.unwrap_or(PageRequest::LIMIT_DEFAULT);
        if !(1..=PageRequest::LIMIT_MAX).contains(&limit) {
            let detail = format!("`limit` is `{limit}`: expected 1 to {}", PageRequest::LIMIT_MAX);
            return Err(Failure::new(failure::BAD_QUERY, detail));
        }
        let after = match &request.cursor {
            None => None,
            Some(cursor) => {
                let key = decode(cursor).as_deref().and_then(key);
                let unread = || Failure::new(failure::BAD_QUERY, "`cursor` is not one that this list gave out");
                Some(key.ok_or_else(unread)?)
            }
        };
        Ok(Self { after, limit: limit as usize })
    }

    /// Rows to ask the store for: one more than the page holds, to know whether there is a next one.
    pub(crate) fn fetch(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// Cuts what was fetched to a page.
    pub(crate) fn page<T>(&self, mut fetched: Vec<T>, key: impl FnOnce(&T) -> String) -> Page<T> {
        let more = fetched.len() > self.limit;
        fetched.truncate(self.limit);
        let next = fetched.last().filter(|_| more).map(|last| encode(&key(last)));
        Page { items: fetched, next }
    }
}

/// The cursor that holds a key.
pub(crate) fn encode(key: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key)
}

/// The key that a cursor holds.
pub(crate) fn decode(cursor: &str) -> Option<String> {
    BASE64_URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(cursor: Option<&str>, limit: Option<u32>) -> Option<Window<u32>> {
        let request = PageRequest { cursor: cursor.map(str::to_owned), limit };
        Window::read(&request, |text| text.parse().ok()).ok()
    }

    #[test]
    fn limits_and_cursors_that_were_never_given_out_are_refused() {
        assert!(read(None, Some(0)).is_none());
        assert!(read(None, Some(501)).is_none());
        assert!(read(Some("!"), None).is_none());
        assert!(read(Some("eA"), None).is_none(), "a cursor that holds `x`");
        assert_eq!(read(None, None).expect("a window").limit, 100);
    }

    proptest! {
        #[test]
        fn walking_pages_visits_everything_once(entries in 0u32..50, limit in 1u32..20) {
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let window = read(cursor.as_deref(), Some(limit)).expect("a window");
                let rest = (0..entries).filter(|entry| window.after.is_none_or(|after| *entry > after));
                let fetched = rest.take(usize::try_from(window.fetch()).expect("small")).collect();
                let page = window.page(fetched, u32::to_string);
                seen.extend(page.items);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            prop_assert_eq!(seen, (0..entries).collect::<Vec<_>>());
        }
    }
}
