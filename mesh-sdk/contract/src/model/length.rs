//! Lengths of time that service levels state.

use serde_json::Value;

use super::SlaProperty;

/// A length of time: months differ in length, so they are kept apart from what a clock counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// Whole months of the calendar; twelve a year.
    pub months: u32,
    /// Seconds on top of them.
    pub seconds: f64,
}

impl Length {
    /// Days, with months of average length.
    #[must_use]
    pub fn days(self) -> f64 {
        f64::from(self.months) * 365.25 / 12.0 + self.seconds / 86_400.0
    }
}

impl SlaProperty {
    /// The value as a length of time; `None` when it is not a positive number of a unit of time.
    #[must_use]
    pub fn length(&self) -> Option<Length> {
        let number = match &self.value {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        if !number.is_finite() || number <= 0.0 {
            return None;
        }
        let seconds = |unit: f64| Some(Length { months: 0, seconds: number * unit });
        match self.unit.as_deref()?.trim().to_lowercase().as_str() {
            "s" | "sec" | "second" | "seconds" => seconds(1.0),
            "min" | "minute" | "minutes" => seconds(60.0),
            "h" | "hr" | "hour" | "hours" => seconds(3_600.0),
            "d" | "day" | "days" => seconds(86_400.0),
            "w" | "week" | "weeks" => seconds(604_800.0),
            "m" | "mo" | "month" | "months" => Some(months(number)),
            "y" | "yr" | "year" | "years" => Some(months(number * 12.0)),
            _ => None,
        }
    }
}

fn months(number: f64) -> Length {
    let whole = number.floor().min(f64::from(u32::MAX));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole, positive and within 32 bits"
    )]
    let months = whole as u32;
    Length { months, seconds: (number - whole) * 365.25 / 12.0 * 86_400.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_time_have_their_lengths_and_others_none() {
        let length = |value: Value, unit: &str| {
            let unit = Some(unit.to_owned());
            SlaProperty { property: "latency".into(), value, unit, element: None, driver: None }.length()
        };
        assert_eq!(length(15.into(), "min"), Some(Length { months: 0, seconds: 900.0 }));
        assert_eq!(length("2".into(), "weeks"), Some(Length { months: 0, seconds: 1_209_600.0 }));
        assert_eq!(length(10.into(), "Y"), Some(Length { months: 120, seconds: 0.0 }));
        assert_eq!(length(0.5.into(), "y").map(|half| half.months), Some(6));
        assert_eq!(length(10.into(), "y").map(Length::days), Some(3_652.5));
        for (value, unit) in [(Value::from(0), "d"), (1.into(), "rows"), ("long".into(), "d"), (Value::Null, "d")] {
            assert_eq!(length(value, unit), None, "{unit}");
        }
    }
}
