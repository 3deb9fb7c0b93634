//! Whether a value as written fits a type.

use serde_json::Value;

use crate::model::DataType;

/// Whether the type can hold the value; null always fits, as it says nothing about the type.
pub(super) fn fits(data_type: &DataType, value: &Value) -> bool {
    match (data_type, value) {
        (_, Value::Null) => true,
        (DataType::String | DataType::Binary, Value::String(_)) | (DataType::Boolean, Value::Bool(_)) => true,
        (DataType::Integer { bits }, Value::Number(number)) => match number.as_i64() {
            Some(whole) => fits_bits(whole, *bits),
            None => number.as_f64().is_some_and(|float| float.fract() == 0.0 && float.abs() < 9.2e18),
        },
        (DataType::Decimal { .. } | DataType::Float { .. }, Value::Number(_)) => true,
        (DataType::Date, Value::String(text)) => is_date(text),
        (DataType::Timestamp { .. }, Value::String(text)) => is_timestamp(text),
        (DataType::Time, Value::String(text)) => is_time(text),
        (DataType::Object(members), Value::Object(map)) => map.iter().all(|(name, value)| {
            members.iter().find(|member| member.name == *name).is_some_and(|member| fits(&member.data_type, value))
        }),
        (DataType::Array(item), Value::Array(items)) => items.iter().all(|value| fits(&item.data_type, value)),
        _ => false,
    }
}

fn fits_bits(whole: i64, bits: u8) -> bool {
    match bits {
        8 => i8::try_from(whole).is_ok(),
        16 => i16::try_from(whole).is_ok(),
        32 => i32::try_from(whole).is_ok(),
        _ => true,
    }
}

/// The type in words.
pub(crate) fn type_words(data_type: &DataType) -> String {
    match data_type {
        DataType::String => "text".to_owned(),
        DataType::Integer { bits } => format!("a whole number of {bits} bits"),
        DataType::Decimal { precision, scale } => format!("a number of {precision} digits, {scale} behind the point"),
        DataType::Float { .. } => "a number".to_owned(),
        DataType::Boolean => "`true` or `false`".to_owned(),
        DataType::Date => "a day such as `2026-01-31`".to_owned(),
        DataType::Timestamp { .. } => "a timestamp such as `2026-01-31T09:30:00Z`".to_owned(),
        DataType::Time => "a time such as `09:30:00`".to_owned(),
        DataType::Binary => "bytes as text".to_owned(),
        DataType::Object(_) => "a mapping of its members".to_owned(),
        DataType::Array(_) => "a list of its items".to_owned(),
    }
}

fn number(text: &str, range: std::ops::RangeInclusive<u32>) -> bool {
    text.len() >= 2 && text.bytes().all(|b| b.is_ascii_digit()) && text.parse().is_ok_and(|n| range.contains(&n))
}

/// `yyyy-MM-dd`, and a day that exists.
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    if year.len() != 4 || month.len() != 2 || day.len() != 2 || !number(year, 0..=9999) || !number(month, 1..=12) {
        return false;
    }
    let (Ok(year), Ok(month)) = (year.parse::<u32>(), month.parse::<u32>()) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    number(day, 1..=days)
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, rest) = match parts.as_slice() {
        [hour, rest @ ..] if (1..=2).contains(&rest.len()) => (*hour, rest),
        _ => return false,
    };
    number(hour, 0..=23)
        && rest.iter().all(|part| part.len() == 2 && number(part, 0..=60))
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn is_timestamp(text: &str) -> bool {
    let Some((date, clock)) = text.split_once(['T', ' ']) else { return false };
    let (clock, zone_ok) = match clock.find(['Z', '+', '-']) {
        None => (clock, true),
        Some(at) => {
            let (clock, zone) = clock.split_at(at);
            let digits = zone.trim_start_matches(['+', '-']).replace(':', "");
            (clock, zone == "Z" || (matches!(digits.len(), 2 | 4) && digits.bytes().all(|b| b.is_ascii_digit())))
        }
    };
    is_date(date) && is_time(clock) && zone_ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_held_to_their_types() {
        assert!(fits(&DataType::Date, &json!("2024-02-29")));
        assert!(!fits(&DataType::Date, &json!("2023-02-29")));
        assert!(!fits(&DataType::Date, &json!("29.02.2024")));
        assert!(fits(&DataType::Integer { bits: 8 }, &json!(127)));
        assert!(!fits(&DataType::Integer { bits: 8 }, &json!(128)));
        assert!(!fits(&DataType::Integer { bits: 64 }, &json!(1.5)));
        assert!(!fits(&DataType::String, &json!(5)));
        let timestamp = DataType::Timestamp { utc: true };
        for good in ["2020-01-01 00:00:00", "2020-01-01T10:00:00.123456Z", "2020-01-01 00:00:00+10:00"] {
            assert!(fits(&timestamp, &json!(good)), "{good}");
        }
        for bad in ["2020-01-01", "2020-01-01T25:00:00", "2020-01-01T10:00:00+x"] {
            assert!(!fits(&timestamp, &json!(bad)), "{bad}");
        }
    }
}
