//! What a scalar stands for: the core schema of YAML 1.2, with the spellings of numbers that people bring from 1.1.

use granit_parser::Tag;

use super::node::Kind;

/// A scalar as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scalar<'a> {
    pub(super) text: std::borrow::Cow<'a, str>,
    /// Without quotes, and not a block of text.
    pub(super) plain: bool,
    pub(super) asked: Asked,
}

/// What a tag asks of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// There is no tag.
    Nothing,
    /// Nothing known: tags of programs' objects are not obeyed.
    Unknown,
    /// `!`: no type from the spelling.
    Untyped,
    Null,
    Bool,
    Int,
    Float,
    Text,
    List,
    Map,
    /// The key `<<` of YAML 1.1.
    Merge,
    /// Another type that such values do not have.
    Other,
    /// Something from another file; as text it stays what it says.
    Include,
}

impl Asked {
    /// Local spellings (`!int`) count as the standard ones (`!!int`).
    pub(super) fn by(tag: Option<&Tag>) -> Self {
        let Some(tag) = tag else { return Self::Nothing };
        let standard = tag.suffix_in_namespace("tag:yaml.org,2002:");
        if standard.as_deref() == Some("merge") {
            return Self::Merge;
        }
        let Some(name) = standard.or_else(|| tag.suffix_in_namespace("!")) else { return Self::Unknown };
        match name.trim_start_matches('!') {
            "" => Self::Untyped,
            "str" => Self::Text,
            "null" => Self::Null,
            "bool" => Self::Bool,
            "int" => Self::Int,
            "float" => Self::Float,
            "seq" => Self::List,
            "map" => Self::Map,
            "timestamp" | "binary" | "time" | "degrees" | "radians" => Self::Other,
            name if name == "include" || name.starts_with("include#") => Self::Include,
            _ => Self::Unknown,
        }
    }

    /// Whether a list may have the tag; else whether a mapping may.
    pub(super) fn fits_collection(self, list: bool) -> bool {
        matches!(self, Self::Nothing | Self::Unknown | Self::Untyped)
            || self == if list { Self::List } else { Self::Map }
    }
}

/// Why a scalar has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoValue(pub(super) String);

impl Scalar<'_> {
    /// The value, as its tag or else its spelling says.
    pub(super) fn value(&self) -> Result<Kind, NoValue> {
        let text = self.text.as_ref();
        let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
        let not_a = |what: &str| NoValue(format!("`{}` is not {what}", crate::shape::shorten(trimmed)));
        match self.asked {
            Asked::Null => Ok(Kind::Null),
            Asked::Bool => boolean(trimmed).map(Kind::Bool).ok_or_else(|| not_a("`true` or `false`")),
            Asked::Int => whole(trimmed).ok_or_else(|| not_a("a whole number of 64 bits")),
            Asked::Float => float(trimmed).unwrap_or_else(|| Err(not_a("a number"))),
            Asked::Text | Asked::Untyped => Ok(Kind::Text(text.to_owned())),
            Asked::List | Asked::Map | Asked::Other => Err(NoValue("a tag that this value cannot have".to_owned())),
            Asked::Nothing | Asked::Unknown | Asked::Merge | Asked::Include if self.plain => plain(text),
            Asked::Nothing | Asked::Unknown | Asked::Merge | Asked::Include => Ok(Kind::Text(text.to_owned())),
        }
    }

    /// The text of a key; keys that are nothing or typed by a tag are none.
    pub(super) fn key(self) -> Option<String> {
        match self.asked {
            Asked::Text | Asked::Untyped => Some(self.text.into_owned()),
            Asked::Nothing | Asked::Unknown | Asked::Merge | Asked::Include if !(self.plain && is_null(&self.text)) => {
                Some(self.text.into_owned())
            }
            _ => None,
        }
    }

    pub(super) fn is_merge_key(&self) -> bool {
        self.text == "<<" && (self.asked == Asked::Merge || self.asked == Asked::Nothing && self.plain)
    }
}

fn plain(text: &str) -> Result<Kind, NoValue> {
    // Most values begin with a letter that only these words begin with.
    match text.as_bytes().first() {
        None | Some(b'~' | b'n' | b'N') if is_null(text) => return Ok(Kind::Null),
        Some(b't' | b'T' | b'f' | b'F') => {
            if let Some(value) = boolean(text) {
                return Ok(Kind::Bool(value));
            }
        }
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
            if let Some(value) = whole(text) {
                return Ok(value);
            }
            if let Some(value) = float(text) {
                return value;
            }
        }
        _ => {}
    }
    Ok(Kind::Text(text.to_owned()))
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A whole number of 64 bits: decimal without leading zeros, or with `0x`, `0o`, `0b`; single `_` between digits.
fn whole(text: &str) -> Option<Kind> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, unsigned.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, unsigned.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, unsigned.get(2..)?),
        [b'0', _, ..] => return None,
        _ => (10, unsigned),
    };
    let magnitude = magnitude(digits, radix)?;
    if negative {
        0_i64.checked_sub_unsigned(magnitude).map(Kind::Integer)
    } else {
        Some(i64::try_from(magnitude).map_or(Kind::Unsigned(magnitude), Kind::Integer))
    }
}

fn magnitude(digits: &str, radix: u32) -> Option<u64> {
    let mut value = 0_u64;
    let mut after_digit = false;
    for character in digits.chars() {
        if character == '_' && after_digit {
            after_digit = false;
            continue;
        }
        value = value.checked_mul(radix.into())?.checked_add(character.to_digit(radix)?.into())?;
        after_digit = true;
    }
    after_digit.then_some(value)
}

/// A number with a fraction or exponent; what is infinite or not a number has no place in a contract.
fn float(text: &str) -> Option<Result<Kind, NoValue>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let named = matches!(unsigned, ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF");
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Some(Ok(Kind::Float(value))),
        // Rust reads the words `inf` and `nan` too, which are texts here.
        Ok(_) if unsigned.starts_with(|first: char| first.is_ascii_digit()) => Some(Err(not_finite(text))),
        _ => named.then(|| Err(not_finite(text))),
    }
}

fn not_finite(text: &str) -> NoValue {
    NoValue(format!("`{}` is not a finite number of 64 bits", crate::shape::shorten(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "expectations read better without borrows")]
    fn check(text: &str, expected: Option<Kind>) {
        let scalar = Scalar { text: text.into(), plain: true, asked: Asked::Nothing };
        assert_eq!(scalar.value().ok(), expected, "{text}");
    }

    #[test]
    fn plain_scalars_have_the_types_of_the_core_schema() {
        for text in ["", "~", "null", "Null", "NULL"] {
            check(text, Some(Kind::Null));
        }
        check("True", Some(Kind::Bool(true)));
        check("FALSE", Some(Kind::Bool(false)));
        check("-9223372036854775808", Some(Kind::Integer(i64::MIN)));
        check("+12", Some(Kind::Integer(12)));
        check("18446744073709551615", Some(Kind::Unsigned(u64::MAX)));
        check("18446744073709551616", Some(Kind::Float(18_446_744_073_709_551_616.0)));
        check("-0x1F", Some(Kind::Integer(-31)));
        check("0o17", Some(Kind::Integer(15)));
        check("0b101", Some(Kind::Integer(5)));
        check("1_000", Some(Kind::Integer(1_000)));
        check("017", Some(Kind::Float(17.0)));
        check("1.", Some(Kind::Float(1.0)));
        check(".5", Some(Kind::Float(0.5)));
        check("-1e-400", Some(Kind::Float(-0.0)));
        for text in ["1__0", "_1", "1_", "0x", "-", "+", ".", "inf", "NaN", "1:30", "2026-11-22", "0_1", "1.2.3"] {
            check(text, Some(Kind::Text(text.to_owned())));
        }
        for text in ["NO", "yes", "off", "y", "nULL", "tRUE", "none", "total", "é"] {
            check(text, Some(Kind::Text(text.to_owned())));
        }
        for text in [".nan", "-.inf", "+.Inf", "1e400", "-1e999"] {
            check(text, None);
        }
    }
}
