//! The ways in which files write days and times, as patterns that input contracts understand.

use crate::model::DataType;

/// One way. `written` is its pattern; `None` is the standard's own form, which needs none.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) pattern: &'static str,
    pub(super) written: Option<&'static str>,
    pub(super) is_day: bool,
}

const fn day(pattern: &'static str) -> Form {
    Form { pattern, written: Some(pattern), is_day: true }
}

const fn time(pattern: &'static str) -> Form {
    Form { pattern, written: Some(pattern), is_day: false }
}

/// Every form known, the one to prefer first where several fit.
pub(super) const FORMS: &[Form] = &[
    Form { pattern: "yyyy-MM-dd", written: None, is_day: true },
    day("dd.MM.yyyy"),
    day("dd/MM/yyyy"),
    day("MM/dd/yyyy"),
    day("dd-MM-yyyy"),
    day("MM-dd-yyyy"),
    day("yyyy/MM/dd"),
    day("yyyy.MM.dd"),
    day("dd-MMM-yyyy"),
    day("dd MMM yyyy"),
    day("MMM-yyyy"),
    day("MMM yyyy"),
    day("MM/yyyy"),
    day("yyyy-MM"),
    Form { pattern: "yyyy-MM-ddTHH:mm:ss", written: None, is_day: false },
    Form { pattern: "yyyy-MM-dd HH:mm:ss", written: None, is_day: false },
    time("yyyy-MM-dd HH:mm"),
    time("dd.MM.yyyy HH:mm:ss"),
    time("dd.MM.yyyy HH:mm"),
    time("dd/MM/yyyy HH:mm:ss"),
    time("dd/MM/yyyy HH:mm"),
    time("MM/dd/yyyy HH:mm:ss"),
    time("MM/dd/yyyy HH:mm"),
    time("yyyy/MM/dd HH:mm:ss"),
];

impl Form {
    /// The type of a column of such values.
    pub(super) fn data_type(&self, with_zone: bool) -> DataType {
        if self.is_day { DataType::Date } else { DataType::Timestamp { utc: with_zone } }
    }

    /// The value in an order in which text sorts as time, when `text` is written in this form; with whether it named a
    /// zone, which only the standard's form may.
    pub(super) fn read(&self, text: &str) -> Option<(String, bool)> {
        let (body, zone) = if self.is_day || self.written.is_some() { (text, false) } else { without_zone(text)? };
        let mut rest = body;
        let (mut year, mut month, mut day) = (None, 1_u32, 1_u32);
        let mut clock = [0_u32; 3];
        let mut letters = self.pattern;
        while let Some(letter) = letters.chars().next() {
            let run = letters.len() - letters.trim_start_matches(letter).len();
            letters = letters.get(run..)?;
            match (letter, run) {
                ('y', 4) => year = Some(number(&mut rest, 4, 1000..=9999)?),
                ('M', 3) => month = month_name(&mut rest)?,
                ('M', 2) => month = number(&mut rest, 2, 1..=12)?,
                ('d', 2) => day = number(&mut rest, 2, 1..=31)?,
                ('H', 2) => *clock.get_mut(0)? = number(&mut rest, 2, 0..=23)?,
                ('m', 2) => *clock.get_mut(1)? = number(&mut rest, 2, 0..=59)?,
                ('s', 2) => *clock.get_mut(2)? = number(&mut rest, 2, 0..=59)?,
                _ => rest = rest.strip_prefix(letter)?,
            }
        }
        let year = year?;
        if !rest.is_empty() || day > days(year, month) {
            return None;
        }
        let [hour, minute, second] = clock;
        let date = format!("{year:04}-{month:02}-{day:02}");
        Some((if self.is_day { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }, zone))
    }
}

fn number(rest: &mut &str, width: usize, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
    let digits = rest.get(..width).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    *rest = rest.get(width..)?;
    digits.parse().ok().filter(|value| range.contains(value))
}

fn month_name(rest: &mut &str) -> Option<u32> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = rest.get(..3)?.to_ascii_lowercase();
    *rest = rest.get(3..)?;
    NAMES.iter().position(|known| *known == name).and_then(|at| u32::try_from(at + 1).ok())
}

/// The text without fraction and zone, and whether it had a zone.
fn without_zone(text: &str) -> Option<(&str, bool)> {
    let clock = text.get(11..)?;
    let end = 11 + clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (body, zone) = text.split_at_checked(end)?;
    let zoned = match zone.as_bytes() {
        [] => false,
        [b'Z'] => true,
        [b'+' | b'-', hour @ .., b':', _, _] if hour.len() == 2 => true,
        _ => return None,
    };
    // An offset belongs behind a `T`: that is the one form that every reader of files takes.
    if zoned && text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    match body.split_once('.') {
        Some((whole, fraction)) => {
            let fits = (1..=6).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
            fits.then_some((whole, zoned))
        }
        None => Some((body, zoned)),
    }
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A time of day `HH:mm` or `HH:mm:ss`.
pub(super) fn is_time_of_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let within = |part: &str, most: u32| {
        part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse().is_ok_and(|n: u32| n <= most)
    };
    match parts.as_slice() {
        [hour, minute] => within(hour, 23) && within(minute, 59),
        [hour, minute, second] => within(hour, 23) && within(minute, 59) && within(second, 59),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<&'static str> {
        FORMS.iter().filter(|form| form.read(text).is_some()).map(|form| form.pattern).collect()
    }

    #[test]
    fn every_form_reads_what_it_says_and_nothing_else() {
        assert_eq!(forms("2018-02-28"), ["yyyy-MM-dd"]);
        assert!(forms("2018-02-30").is_empty() && forms("0018-02-01").is_empty() && forms("2018-2-1").is_empty());
        assert_eq!(forms("03/04/2020"), ["dd/MM/yyyy", "MM/dd/yyyy"]);
        assert_eq!(forms("13/04/2020"), ["dd/MM/yyyy"]);
        assert_eq!(forms("Mar-2018"), ["MMM-yyyy"]);
        assert_eq!(forms("2020-01-01T10:00:00Z"), ["yyyy-MM-ddTHH:mm:ss"]);
        assert_eq!(forms("2020-01-01 10:00:00.123456"), ["yyyy-MM-dd HH:mm:ss"]);
        assert_eq!(forms("01.02.2020 10:00"), ["dd.MM.yyyy HH:mm"]);
        assert!(forms("2020-01-01T10:00:00+1").is_empty() && forms("2020-01-01T25:00:00").is_empty());
        assert!(forms("Größe-2018").is_empty());
    }

    #[test]
    fn values_sort_as_time() {
        let read = |pattern: &str, text: &str| {
            FORMS.iter().find(|form| form.pattern == pattern).and_then(|form| form.read(text)).map(|(value, _)| value)
        };
        assert_eq!(read("MMM-yyyy", "Mar-2018").as_deref(), Some("2018-03-01"));
        assert_eq!(read("dd.MM.yyyy HH:mm", "01.02.2020 10:05").as_deref(), Some("2020-02-01T10:05:00"));
    }
}
