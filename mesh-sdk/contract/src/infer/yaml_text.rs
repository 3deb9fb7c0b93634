//! Values as YAML writes them on one line.

/// Words that YAML, or an older YAML, reads as something else than text.
const NOT_TEXT: [&str; 12] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "nan", "inf"];

/// A text, plain where nothing can misread it and otherwise in double quotes.
pub(crate) fn text(value: &str) -> String {
    let plain = value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | ' ' | '.' | '(' | ')'))
        && !value.ends_with(' ')
        && !value.contains("  ")
        && !NOT_TEXT.contains(&value.to_ascii_lowercase().as_str());
    // A JSON string is a text in double quotes of YAML too.
    if plain { value.to_owned() } else { serde_json::Value::from(value).to_string() }
}

/// Text for a comment, which ends with its line.
pub(super) fn comment(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        assert_eq!(text("decimal(18.2)"), "decimal(18.2)");
        assert_eq!(text("Not Verified"), "Not Verified");
        for odd in ["", "no", "1", "a: b", "a #b", "- x", "it's", "Größe", "N", "a\nb", " a", "a "] {
            assert_eq!(text(odd), serde_json::Value::from(odd).to_string(), "{odd}");
        }
    }
}
