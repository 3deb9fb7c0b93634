//! Members of a JSON object and items of an array as they stand in the text.
//!
//! A decimal must not pass through a float, so numbers are taken as written. The text is known to be valid JSON
//! before it comes here; nesting is skipped over without recursion.

/// The members of the object that `text` is, each key unescaped and each value as written; `None` if it is none.
pub(super) fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut members = Vec::new();
    for part in parts(inside) {
        let (key, value) = part.split_at(string_end(part)?);
        members.push((serde_json::from_str(key).ok()?, value.trim_start().strip_prefix(':')?.trim()));
    }
    Some(members)
}

/// The items of the array that `text` is; `None` if it is none.
pub(super) fn items(text: &str) -> Option<Vec<&str>> {
    Some(parts(text.trim().strip_prefix('[')?.strip_suffix(']')?).collect())
}

/// Splits at the commas that stand outside of strings and nested values.
fn parts(inside: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let at_comma = move |c: char| {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '{' | '[' if !in_string => depth += 1,
            '}' | ']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0 && !in_string
    };
    inside.split(at_comma).map(str::trim).filter(|part| !part.is_empty())
}

/// Where the string that `text` begins with ends.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_as_written() {
        let text = r#" {"a":1.10, "b\n\"x" : {"c":[1,"},"]}, "d":"x\\\",y" , "e":[]} "#;
        let found = members(text).expect("an object");
        let expected = [("a", "1.10"), ("b\n\"x", r#"{"c":[1,"},"]}"#), ("d", r#""x\\\",y""#), ("e", "[]")];
        assert_eq!(found.iter().map(|(key, value)| (key.as_str(), *value)).collect::<Vec<_>>(), expected);
        assert_eq!(members("{}"), Some(vec![]));
        assert_eq!(members("[1]"), None);
    }

    #[test]
    fn items_stand_as_written() {
        assert_eq!(items(r#"[1, "a,b", [2,3], {"c":4}]"#), Some(vec!["1", r#""a,b""#, "[2,3]", r#"{"c":4}"#]));
        assert_eq!(items("[ ]"), Some(vec![]));
        assert_eq!(items("1"), None);
    }
}
