//! How texts become words, the same for what is indexed, what is searched for, and what is marked.

use std::ops::Range;

use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer};

/// Longest word, in bytes; longer ones are no words of a language.
const WORD_BYTES_MAX: usize = 40;
/// Longest name with all that it stands in: domain, port and nested columns.
const NAME_BYTES_MAX: usize = 512;
/// Words of a query that count.
const WORDS_MAX: usize = 16;
/// Fewest characters that are taken for the beginning of a word.
const PREFIX_CHARS_MIN: usize = 2;

/// Words that stand everywhere and mean nothing beside others. The contracts of this bank are written in English.
const FILLERS: [&str; 28] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "how", "in", "is", "it", "of", "on", "or", "that",
    "the", "to", "was", "what", "when", "where", "which", "who", "why", "with",
];

/// A word that is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Several words in one, as names are (`loan_id`, `lending.loans`): only names can be meant.
    pub(crate) is_name: bool,
    /// It may be the beginning of a word.
    pub(crate) is_prefix: bool,
}

/// Cuts texts into words: runs of letters and digits, in lower case, without accents.
pub(crate) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// The words of a text, each with its place in it, in bytes.
pub(crate) fn words(text: &str) -> Vec<(String, Range<usize>)> {
    let (mut analyzer, mut found) = (analyzer(), Vec::new());
    let mut stream = analyzer.token_stream(text);
    while stream.advance() {
        let token = stream.token();
        found.push((token.text.clone(), token.offset_from..token.offset_to));
    }
    found
}

/// The words of a query; each once, and no more than count.
pub(crate) fn query_words(query: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let unfinished = query.ends_with(|c: char| !c.is_whitespace());
    let mut chunks = query.split_whitespace().peekable();
    while let Some(chunk) = chunks.next() {
        let is_last = unfinished && chunks.peek().is_none();
        let parts = words(chunk);
        let name = chunk.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_lowercase();
        if parts.len() > 1 && name.len() <= NAME_BYTES_MAX && is_name(&name) {
            found.push(Word { text: name, is_name: true, is_prefix: is_last });
        }
        let last = parts.len();
        found.extend(parts.into_iter().zip(1..).map(|((text, _), place)| Word {
            is_prefix: is_last && place == last && text.chars().count() >= PREFIX_CHARS_MIN,
            is_name: false,
            text,
        }));
    }
    let is_filler = |word: &Word| !word.is_prefix && FILLERS.contains(&word.text.as_str());
    if !found.iter().all(is_filler) {
        found.retain(|word| !is_filler(word));
    }
    let mut kept: Vec<Word> = Vec::new();
    for word in found {
        if let Some(other) = kept.iter_mut().find(|other| (&other.text, other.is_name) == (&word.text, word.is_name)) {
            other.is_prefix |= word.is_prefix;
        } else if kept.len() < WORDS_MAX {
            kept.push(word);
        }
    }
    kept
}

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

impl Word {
    /// How many typing errors (a letter too many, too few, another one, or two exchanged) are forgiven. Short words have
    /// too many neighbours, and another number is another number.
    pub(crate) fn typos(&self) -> u8 {
        if self.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return 0;
        }
        match self.text.chars().count() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        }
    }

    /// Whether it is meant by a word of a text.
    pub(crate) fn matches(&self, word: &str) -> bool {
        self.text == word
            || (self.is_prefix && word.starts_with(&self.text))
            || strsim::osa_distance(&self.text, word) <= usize::from(self.typos())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(query: &str) -> Vec<String> {
        let show = |word: Word| {
            format!("{}{}{}", word.text, if word.is_name { "!" } else { "" }, if word.is_prefix { "*" } else { "" })
        };
        query_words(query).into_iter().map(show).collect()
    }

    #[test]
    fn names_are_looked_for_whole_and_in_parts() {
        assert_eq!(told("Loan_ID"), ["loan_id!*", "loan", "id*"]);
        assert_eq!(told("lending.loans "), ["lending.loans!", "lending", "loans"]);
        assert_eq!(told("«Prêts» über a"), ["prets", "uber"]);
        assert_eq!(told("loans loans lo"), ["loans", "lo*"]);
        assert_eq!(told("* ? ()  "), [""; 0]);
        assert_eq!((told("who owes the money "), told("to the ")), (told("owes money "), told("to the ")));
        assert_eq!(told("to the "), ["to", "the"]);
    }

    #[test]
    fn longer_words_may_have_more_typos_and_numbers_none() {
        let matches = |query: &str, word: &str| query_words(&format!("{query} ")).iter().any(|w| w.matches(word));
        assert!(matches("laons", "loans") && matches("custmoer", "customer") && matches("costomar", "customer"));
        assert!(!matches("lon", "loan") && !matches("20240101", "20240102") && !matches("rate", "loan"));
    }

    proptest! {
        #[test]
        fn any_text_gives_few_words_and_places_within_it(text in "\\PC{0,400}|[*?_.~\\-\\x00-\\x20]{0,400}") {
            prop_assert!(query_words(&text).len() <= WORDS_MAX);
            for (_, place) in words(&text) {
                prop_assert!(text.get(place).is_some());
            }
        }
    }
}
