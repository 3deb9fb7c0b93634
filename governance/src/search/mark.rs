//! Marking in an entry's texts the words that were searched for.

use std::ops::Range;

use mesh_api::{Highlight, HighlightPart, SearchHit};

use super::words::{Word, words};

/// Longest excerpt of a text, in bytes before it is widened to whole characters.
const EXCERPT_BYTES_MAX: usize = 240;
/// What of an excerpt stands before the first marked word, in bytes.
const LEAD_BYTES: usize = 60;
/// Most owners and terms that are shown marked.
const MARKED_MAX: usize = 5;

/// The texts of an entry that have any of the words, marked.
pub(crate) fn mark(hit: &SearchHit, searched: &[Word]) -> Vec<Highlight> {
    let one = |field, text: Option<&String>| text.and_then(|text| highlight(field, text, searched));
    let several = |field: &'static str, texts: &'_ [String]| {
        texts.iter().filter_map(|text| highlight(field, text, searched)).take(MARKED_MAX).collect::<Vec<_>>()
    };
    let single =
        [one("name", Some(&hit.name)), one("title", hit.title.as_ref()), one("description", hit.description.as_ref())];
    single.into_iter().flatten().chain(several("owners", &hit.owners)).chain(several("terms", &hit.terms)).collect()
}

fn highlight(field: &str, text: &str, searched: &[Word]) -> Option<Highlight> {
    let is_searched = |word: &str| searched.iter().any(|searched| !searched.is_name && searched.matches(word));
    let marked: Vec<Range<usize>> =
        words(text).into_iter().filter(|(word, _)| is_searched(word)).map(|(_, place)| place).collect();
    let excerpt = excerpt(text, marked.first()?);
    let mut parts = Vec::new();
    let mut push = |text: &str, marked| {
        if !text.is_empty() {
            parts.push(HighlightPart { text: text.to_owned(), marked });
        }
    };
    let mut from = excerpt.start;
    if from > 0 {
        push("…", false);
    }
    for place in marked.iter().filter(|place| place.start >= excerpt.start && place.end <= excerpt.end) {
        push(text.get(from..place.start)?, false);
        push(text.get(place.clone())?, true);
        from = place.end;
    }
    push(text.get(from..excerpt.end)?, false);
    if excerpt.end < text.len() {
        push("…", false);
    }
    Some(Highlight { field: field.to_owned(), parts })
}

/// The part of a text that is shown: from a little before the first marked word on.
fn excerpt(text: &str, first: &Range<usize>) -> Range<usize> {
    if text.len() <= EXCERPT_BYTES_MAX {
        return 0..text.len();
    }
    let start = text.floor_char_boundary(first.start.saturating_sub(LEAD_BYTES));
    let end = text.ceil_char_boundary(start.saturating_add(EXCERPT_BYTES_MAX).max(first.end).min(text.len()));
    start..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::words::query_words;
    use super::*;

    fn shown(text: &str, query: &str) -> Option<String> {
        let show = |part: HighlightPart| if part.marked { format!("[{}]", part.text) } else { part.text };
        highlight("description", text, &query_words(query)).map(|found| found.parts.into_iter().map(show).collect())
    }

    #[test]
    fn words_are_marked_where_they_stand() {
        assert_eq!(shown("Number of the loan", "loan "), Some("Number of the [loan]".into()));
        assert_eq!(shown("<b>Loans</b> & lóans", "laons "), Some("<b>[Loans]</b> & [lóans]".into()));
        assert_eq!(shown("customer_id", "cust"), Some("[customer]_id".into()));
        assert_eq!(shown("nothing here", "loan"), None);
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_mark() {
        let long = format!("{} loan {}", "é".repeat(500), "ü".repeat(500));
        let shown = shown(&long, "loan ").expect("marked");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("[loan]"), "{shown}");
        assert!(shown.len() < EXCERPT_BYTES_MAX + 20);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_short_text_are_the_text(text in "\\PC{0,60}", query in "\\PC{0,20}") {
            if let Some(found) = highlight("name", &text, &query_words(&query)) {
                prop_assert_eq!(found.parts.into_iter().map(|part| part.text).collect::<String>(), text);
            }
        }
    }
}
