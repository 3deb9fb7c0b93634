//! Date and time patterns as ODCS writes them (`MMM-yyyy`, `dd/MM/yyyy HH:mm`): the letters of the JDK.

use std::fmt;

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{NaiveDate, NaiveDateTime};

/// A pattern ready to read text with.
#[derive(Clone, Debug)]
pub(crate) struct DatePattern {
    written: String,
    items: Vec<Item<'static>>,
    has_zone: bool,
}

impl DatePattern {
    /// Understands a pattern; a letter that has no meaning here is an error in words.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let mut strftime = String::new();
        let mut has_zone = false;
        let mut rest = pattern.chars().peekable();
        while let Some(c) = rest.next() {
            if c == '\'' {
                literal(&mut rest, &mut strftime)?;
            } else if c.is_ascii_alphabetic() {
                let mut count = 1_usize;
                while rest.next_if_eq(&c).is_some() {
                    count += 1;
                }
                has_zone |= matches!(c, 'X' | 'x' | 'Z');
                strftime.push_str(letters(c, count).ok_or_else(|| {
                    format!("pattern `{pattern}`: `{}` is not understood", c.to_string().repeat(count))
                })?);
            } else {
                push_literal(&mut strftime, c);
            }
        }
        let items = StrftimeItems::new(&strftime)
            .parse_to_owned()
            .map_err(|_| format!("pattern `{pattern}` is not understood"))?;
        Ok(Self { written: pattern.to_owned(), items, has_zone })
    }

    /// The day that `text` names; a missing day or month is the first.
    pub(super) fn date(&self, text: &str) -> Option<NaiveDate> {
        self.parsed(text)?.to_naive_date().ok()
    }

    /// The time that `text` names, in UTC when the pattern has a zone; a missing time of day is midnight.
    pub(super) fn timestamp(&self, text: &str) -> Option<NaiveDateTime> {
        let mut parsed = self.parsed(text)?;
        if parsed.hour_mod_12().is_none() {
            parsed.set_hour(0).ok()?;
        }
        if parsed.minute().is_none() {
            parsed.set_minute(0).ok()?;
        }
        if self.has_zone {
            parsed.to_datetime().ok().map(|at| at.naive_utc())
        } else {
            parsed.to_naive_datetime_with_offset(0).ok()
        }
    }

    /// Whether texts carry their own offset.
    pub(super) fn has_zone(&self) -> bool {
        self.has_zone
    }

    fn parsed(&self, text: &str) -> Option<Parsed> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, self.items.iter()).ok()?;
        if parsed.year_mod_100().is_some() && parsed.year().is_none() && parsed.year_div_100().is_none() {
            parsed.set_year_div_100(20).ok()?;
        }
        if let Some(year) = parsed.year() {
            // A two-digit year under `yyyy` would silently become the first century.
            (1000..=9999).contains(&year).then_some(())?;
        }
        if parsed.ordinal().is_none() {
            if parsed.month().is_none() {
                parsed.set_month(1).ok()?;
            }
            if parsed.day().is_none() {
                parsed.set_day(1).ok()?;
            }
        }
        Some(parsed)
    }
}

impl fmt::Display for DatePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn literal(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, strftime: &mut String) -> Result<(), String> {
    if rest.next_if_eq(&'\'').is_some() {
        strftime.push('\'');
        return Ok(());
    }
    for c in rest.by_ref() {
        if c == '\'' {
            return Ok(());
        }
        push_literal(strftime, c);
    }
    Err("a quote in the pattern is never closed".into())
}

fn push_literal(strftime: &mut String, c: char) {
    if c == '%' {
        strftime.push('%');
    }
    strftime.push(c);
}

fn letters(c: char, count: usize) -> Option<&'static str> {
    Some(match (c, count) {
        ('y' | 'u', 4) => "%Y",
        ('y' | 'u', 2) => "%y",
        ('M' | 'L', 1 | 2) => "%m",
        ('M' | 'L', 3) => "%b",
        ('M' | 'L', 4) => "%B",
        ('d', 1 | 2) => "%d",
        ('D', 3) => "%j",
        ('E', 1..=3) => "%a",
        ('E', 4) => "%A",
        ('H', 1 | 2) => "%H",
        ('h', 1 | 2) => "%I",
        ('m', 1 | 2) => "%M",
        ('s', 1 | 2) => "%S",
        ('S', 3) => "%3f",
        ('S', 6) => "%6f",
        ('S', 9) => "%9f",
        ('a', 1) => "%p",
        ('X' | 'x', 1..=3) | ('Z', 1..=3) => "%#z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(pattern: &str, text: &str) -> Option<String> {
        DatePattern::new(pattern).expect("a pattern").date(text).map(|day| day.to_string())
    }

    fn time(pattern: &str, text: &str) -> Option<String> {
        DatePattern::new(pattern).expect("a pattern").timestamp(text).map(|at| at.to_string())
    }

    #[test]
    fn patterns_read_what_they_say() {
        assert_eq!(date("MMM-yyyy", "Mar-2018").as_deref(), Some("2018-03-01"));
        assert_eq!(date("yyyy-MM-dd", "2018-02-28").as_deref(), Some("2018-02-28"));
        assert_eq!(date("yyyy-MM-dd", "2018-02-30"), None);
        assert_eq!(date("dd/MM/yyyy", "01/02/18"), None);
        assert_eq!(date("dd/MM/yy", "01/02/18").as_deref(), Some("2018-02-01"));
        assert_eq!(date("dd/MM/yy", "01/02/75").as_deref(), Some("2075-02-01"));
        assert_eq!(date("yyyy", "2001").as_deref(), Some("2001-01-01"));
        assert_eq!(date("d 'de' MMMM yyyy", "4 de July 2020").as_deref(), Some("2020-07-04"));
        assert_eq!(date("MMM-yyyy", "Mar-2018 "), None);
        assert_eq!(time("dd/MM/yyyy HH:mm", "03/04/2020 05:06").as_deref(), Some("2020-04-03 05:06:00"));
        assert_eq!(time("dd/MM/yyyy hh:mm a", "03/04/2020 05:06 PM").as_deref(), Some("2020-04-03 17:06:00"));
        assert_eq!(
            time("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2020-04-03T01:02:03.456+02:00").as_deref(),
            Some("2020-04-02 23:02:03.456")
        );
        assert_eq!(time("yyyy-MM-dd'T'HH:mm:ssX", "2020-04-03T01:02:03Z").as_deref(), Some("2020-04-03 01:02:03"));
    }

    #[test]
    fn unknown_letters_are_refused() {
        insta::assert_snapshot!(DatePattern::new("yyyy-QQ").expect_err("refused"), @"pattern `yyyy-QQ`: `QQ` is not understood");
        assert!(DatePattern::new("yyyy'T").is_err());
    }
}
