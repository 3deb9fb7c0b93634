//! Values and names as SQL writes them.

use serde_json::Value;

use crate::model::DataType;

/// A name that means itself, whatever its characters.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Text between quotes.
pub(super) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value as a literal of its column's type; `None` for what SQL compares in no simple way.
pub(super) fn value(value: &Value, data_type: &DataType) -> Option<String> {
    match (data_type, value) {
        (DataType::Date, Value::String(day)) => Some(format!("DATE {}", text(day))),
        (DataType::Timestamp { utc: true }, Value::String(at)) => {
            // An instant without an offset is one in UTC, and not in the zone of whoever runs the statement.
            let zoned =
                at.ends_with('Z') || at.rsplit(['T', ' ']).next().is_some_and(|clock| clock.contains(['+', '-']));
            let zone = if zoned { "" } else { "+00:00" };
            Some(format!("TIMESTAMPTZ {}", text(&format!("{at}{zone}"))))
        }
        (DataType::Timestamp { utc: false }, Value::String(at)) => Some(format!("TIMESTAMP {}", text(at))),
        (DataType::Time, Value::String(clock)) => Some(format!("TIME {}", text(clock))),
        (DataType::String, Value::String(words)) => Some(text(words)),
        (_, Value::Number(number)) => Some(number.to_string()),
        (_, Value::Bool(value)) => Some(if *value { "TRUE" } else { "FALSE" }.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_and_texts_cannot_leave_their_quotes() {
        assert_eq!(identifier(r#"a"; DROP TABLE x; --"#), r#""a""; DROP TABLE x; --""#);
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(value(&json!("x' OR '1"), &DataType::String).as_deref(), Some("'x'' OR ''1'"));
    }

    #[test]
    fn instants_are_in_utc() {
        let instant = DataType::Timestamp { utc: true };
        assert_eq!(
            value(&json!("2020-01-01 00:00:00"), &instant).as_deref(),
            Some("TIMESTAMPTZ '2020-01-01 00:00:00+00:00'")
        );
        assert_eq!(
            value(&json!("2020-01-01T00:00:00Z"), &instant).as_deref(),
            Some("TIMESTAMPTZ '2020-01-01T00:00:00Z'")
        );
        assert_eq!(
            value(&json!("2020-01-01T00:00:00-05:00"), &instant).as_deref(),
            Some("TIMESTAMPTZ '2020-01-01T00:00:00-05:00'")
        );
    }
}
