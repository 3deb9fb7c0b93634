//! What a text is as a number, under the rules by which input files are read.

/// Digits before and behind the point, as far as they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) before: u32,
    pub(super) behind: u32,
    pub(super) negative: bool,
    /// An exponent was written.
    pub(super) scientific: bool,
}

/// A number written plainly. `007`, `+49` and `1,5` are none: leading zeros and signs belong to identifiers.
pub(super) fn digits(text: &str) -> Option<Digits> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.parse::<i32>().ok().filter(|power| power.abs() <= 60)?)),
        None => (text, None),
    };
    let (negative, unsigned) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let shift = exponent.unwrap_or(0);
    let count = |length: usize| i32::try_from(length).ok();
    let before = (count(whole.trim_start_matches('0').len())? + shift).max(0);
    let behind = (count(fraction.len())? - shift).max(0);
    Some(Digits {
        before: u32::try_from(before).ok()?,
        behind: u32::try_from(behind).ok()?,
        negative,
        scientific: exponent.is_some(),
    })
}

/// A whole number of 64 bits; `38.0` is one, as spreadsheets write it so.
pub(super) fn integer(text: &str) -> Option<i64> {
    let digits = digits(text)?;
    if digits.behind > 0 || digits.scientific {
        return None;
    }
    text.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_identifiers() {
        assert_eq!(integer("38.0"), Some(38));
        assert_eq!(integer("-7"), Some(-7));
        for identifier in ["007", "+49", "1,5", "", "-", ".", "1.", "12a", "1e3", "٣"] {
            assert_eq!(integer(identifier), None, "{identifier}");
        }
        let shown = |text: &str| digits(text).map(|found| (found.before, found.behind));
        assert_eq!(shown("652.53"), Some((3, 2)));
        assert_eq!(shown("-0.10"), Some((0, 1)));
        assert_eq!(shown("1e-3"), Some((0, 3)));
        assert_eq!(shown("1.25e2"), Some((3, 0)));
        assert_eq!(shown("0.5"), Some((0, 1)));
        assert_eq!(shown("00.5"), None);
    }
}
