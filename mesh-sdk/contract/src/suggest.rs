//! "Did you mean".

/// The known word nearest to `word`, if one is near enough to be meant.
pub(crate) fn suggest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // Edit distance is quadratic in the length, and names come from strangers.
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).clamp(1, 4))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let known = ["logicalType", "physicalType", "unit"];
        assert_eq!(suggest("logicaltype", &known), Some("logicalType"));
        assert_eq!(suggest("physcialType", &known), Some("physicalType"));
        assert_eq!(suggest("colour", &known), None);
    }
}
