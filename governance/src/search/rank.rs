//! How well entries match: each word counts by the best place it stands in and by how rare it is.
//!
//! Ranks are whole numbers that depend on an entry, the words and the words' weights alone, not on what else is in the index.
//! A cursor carries the weights of the first page, so that later pages continue the same order whatever is registered
//! meanwhile.

use tantivy::query::{DfaWrapper, FuzzyTermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{InvertedIndexReader, Searcher, SegmentReader, Term};

use super::index::Fields;
use super::words::Word;

/// Most words of the index that a beginning, or a word with typing errors, stands for in one place.
const EXPANSIONS_MAX: usize = 1_000;
/// Weight of the rarest words; the most common ones have 1.
pub(crate) const WEIGHT_MAX: u32 = 8;

/// How a word of the index is meant by one of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Exact,
    Prefix,
    Typo,
}

/// Places and ways with what each is worth, best first: the first one that an entry has is the one that counts.
fn steps(fields: &Fields) -> [(Way, Field, u32); 19] {
    [
        (Way::Exact, fields.name, 64),
        (Way::Exact, fields.path, 64),
        (Way::Prefix, fields.name, 40),
        (Way::Prefix, fields.path, 40),
        (Way::Exact, fields.part, 24),
        (Way::Exact, fields.title, 24),
        (Way::Typo, fields.name, 20),
        (Way::Exact, fields.owner, 16),
        (Way::Prefix, fields.part, 16),
        (Way::Prefix, fields.title, 14),
        (Way::Prefix, fields.owner, 10),
        (Way::Typo, fields.part, 10),
        (Way::Typo, fields.title, 8),
        (Way::Exact, fields.text, 8),
        (Way::Typo, fields.owner, 6),
        (Way::Prefix, fields.text, 5),
        (Way::Exact, fields.context, 4),
        (Way::Typo, fields.text, 3),
        (Way::Prefix, fields.context, 2),
    ]
}

/// The weight of each word: 1 for one that every fourth entry or more has, and one more for each time it is four times rarer.
pub(crate) fn weights(searcher: &Searcher, fields: &Fields, words: &[Word]) -> tantivy::Result<Vec<u32>> {
    let entries = searcher.num_docs().max(1);
    let weight = |word: &Word| {
        let mut having = 0;
        for (_, field, _) in steps(fields).into_iter().filter(|(way, ..)| *way == Way::Exact) {
            having = searcher.doc_freq(&Term::from_field_text(field, &word.text))?.max(having);
        }
        let rarity = (entries / having.max(1)).max(1).ilog2() / 2;
        Ok(rarity.clamp(1, WEIGHT_MAX))
    };
    words.iter().map(weight).collect()
}

/// A word of the query with what it is recognised by when it is a beginning or spelt wrongly. Making these costs more than most
/// lookups do, so they are made once for all places and segments.
pub(crate) struct Sought<'a> {
    word: &'a Word,
    weight: u32,
    prefix: Option<DfaWrapper>,
    typo: Option<DfaWrapper>,
}

impl<'a> Sought<'a> {
    /// The words of a query, by the weight of each.
    pub(crate) fn all(fields: &Fields, words: &'a [Word], weights: &[u32]) -> tantivy::Result<Vec<Self>> {
        let sought = |(word, weight): (&'a Word, &u32)| {
            // What is recognised is a text, in whatever place it stands.
            let term = || Term::from_field_text(fields.name, &word.text);
            let prefix = word.is_prefix.then(|| FuzzyTermQuery::new_prefix(term(), 0, true).automaton());
            let typo = (word.typos() > 0).then(|| FuzzyTermQuery::new(term(), word.typos(), true).automaton());
            Ok(Self { word, weight: *weight, prefix: prefix.transpose()?, typo: typo.transpose()? })
        };
        words.iter().zip(weights).map(sought).collect()
    }

    /// Calls `visit` with each entry that has the word in this place, in this way, unless in an earlier one of [`steps`].
    fn each_entry(
        &self,
        index: &InvertedIndexReader,
        (way, field): (Way, Field),
        mut visit: impl FnMut(u32),
    ) -> tantivy::Result<()> {
        let text = &self.word.text;
        let automaton = match way {
            Way::Exact => {
                if let Some(found) = index.get_term_info(&Term::from_field_text(field, text))? {
                    each_posting(index, &found, &mut visit)?;
                }
                return Ok(());
            }
            Way::Prefix => &self.prefix,
            Way::Typo => &self.typo,
        };
        let Some(automaton) = automaton else { return Ok(()) };
        let mut found = index.terms().search(automaton).into_stream()?;
        let mut left = EXPANSIONS_MAX;
        while left > 0 && found.advance() {
            left -= 1;
            let is_visited = found.key() == text.as_bytes()
                || (way == Way::Typo && self.prefix.is_some() && found.key().starts_with(text.as_bytes()));
            if !is_visited {
                each_posting(index, found.value(), &mut visit)?;
            }
        }
        Ok(())
    }
}

/// The rank of each entry of a segment; 0 for those that match no word.
pub(crate) fn ranks(segment: &SegmentReader, fields: &Fields, words: &[Sought<'_>]) -> tantivy::Result<Vec<u32>> {
    let mut ranks = vec![0; segment.max_doc() as usize];
    // The number of the last word that each entry was seen to have.
    let mut seen = vec![0_u8; ranks.len()];
    for (sought, number) in words.iter().zip(1_u8..) {
        for (way, field, worth) in steps(fields) {
            if sought.word.is_name && field != fields.name && field != fields.path {
                continue;
            }
            sought.each_entry(&*segment.inverted_index(field)?, (way, field), |entry| {
                let place = entry as usize;
                if let (Some(seen), Some(rank)) = (seen.get_mut(place), ranks.get_mut(place))
                    && *seen != number
                {
                    *seen = number;
                    *rank += worth * sought.weight;
                }
            })?;
        }
    }
    Ok(ranks)
}

fn each_posting(
    index: &InvertedIndexReader,
    term: &tantivy::postings::TermInfo,
    visit: &mut impl FnMut(u32),
) -> tantivy::Result<()> {
    let mut postings = index.read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?;
    while !postings.docs().is_empty() {
        postings.docs().iter().copied().for_each(&mut *visit);
        postings.advance();
    }
    Ok(())
}
