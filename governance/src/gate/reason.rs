//! What a reason must be, whatever it is for: everything that somebody decides is recorded with one.

use crate::failure::{self, Failure};

/// Longest reason, in characters.
const LENGTH_MAX: usize = 2000;

/// Holds a reason to the limits; without the white space around it.
pub(crate) fn reason(text: &str) -> Result<&str, Failure> {
    told("reason", text)
}

/// As [`reason`], of the member `name`.
pub(crate) fn told<'a>(name: &str, text: &'a str) -> Result<&'a str, Failure> {
    let trimmed = text.trim();
    let strange = text.chars().any(|character| character.is_control() && character != '\n');
    if !trimmed.is_empty() && text.chars().count() <= LENGTH_MAX && !strange {
        return Ok(trimmed);
    }
    let detail = format!("`{name}` has 1 to {LENGTH_MAX} characters, none of them a control character");
    Err(Failure::new(failure::BAD_REASON, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_few_words() {
        let long = "x".repeat(LENGTH_MAX);
        for good in ["seen", "with a\nsecond line", "«für alle»", &long, " seen\n"] {
            assert_eq!(reason(good).ok(), Some(good.trim()), "{good}");
        }
        for bad in ["", "  ", "a\0b", "\u{1b}[31mred", &format!("{long}x")] {
            assert!(reason(bad).expect_err("refused").to_string().starts_with("FC-4037: `reason`"), "{bad:?}");
        }
    }
}
