//! Numbers from text, exactly: no float stands between a decimal's text and its digits.

/// An integer of `bits`; `38.0` is one too, because spreadsheets write them so.
pub(super) fn integer(text: &str, bits: u8) -> Result<i64, String> {
    let digits = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return Err("it has a fraction".into()),
        None => text,
    };
    let well_formed = !digits.is_empty()
        && digits.strip_prefix(['-', '+']).unwrap_or(digits).bytes().all(|b| b.is_ascii_digit())
        && digits.bytes().any(|b| b.is_ascii_digit());
    if !well_formed {
        return Err(String::new());
    }
    let value: i64 = digits.parse().map_err(|_| "out of range".to_owned())?;
    let fits = match bits {
        8 => i8::try_from(value).is_ok(),
        16 => i16::try_from(value).is_ok(),
        32 => i32::try_from(value).is_ok(),
        _ => true,
    };
    if fits { Ok(value) } else { Err("out of range".into()) }
}

/// The unscaled value of a decimal with `precision` digits, `scale` of them behind the point.
pub(crate) fn decimal(text: &str, precision: u8, scale: u8) -> Result<i128, String> {
    let (negative, digits, point) = digits_of(text).ok_or_else(String::new)?;
    let scale = i64::from(scale);
    let mut unscaled: i128 = 0;
    for position in 0..i64::try_from(digits.len()).unwrap_or(i64::MAX).max(point + scale) {
        let digit = usize::try_from(position).ok().and_then(|at| digits.get(at)).copied().unwrap_or(0);
        if position >= point + scale {
            if digit != 0 {
                return Err(format!("more than {scale} digits behind the point"));
            }
            continue;
        }
        unscaled = unscaled
            .checked_mul(10)
            .and_then(|value| value.checked_add(i128::from(digit)))
            .filter(|value| *value < 10_i128.pow(u32::from(precision)))
            .ok_or_else(|| "out of range".to_owned())?;
    }
    Ok(if negative { -unscaled } else { unscaled })
}

/// Sign, significant digits and the place of the point among them (`-12.50` → true, 1250, 2; `1e-3` → false, 1, -2).
fn digits_of(text: &str) -> Option<(bool, Vec<u8>, i64)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (negative, unsigned) = match mantissa.as_bytes().first()? {
        b'-' => (true, mantissa.get(1..)?),
        b'+' => (false, mantissa.get(1..)?),
        _ => (false, mantissa),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() && fraction.is_empty() || exponent.abs() > 400 {
        return None;
    }
    let written = whole.bytes().chain(fraction.bytes());
    let mut digits = written.map(|b| b.is_ascii_digit().then(|| b - b'0')).collect::<Option<Vec<u8>>>()?;
    let mut point = i64::try_from(whole.len()).ok()? + exponent;
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.drain(..zeros);
    point -= i64::try_from(zeros).ok()?;
    Some((negative, digits, point))
}

/// A finite float of `bits`.
pub(super) fn float(text: &str, bits: u8) -> Result<f64, String> {
    let numeric = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let parsed = if bits == 32 { text.parse::<f32>().map(f64::from) } else { text.parse::<f64>() };
    match parsed {
        Ok(value) if numeric && value.is_finite() => Ok(value),
        Ok(_) if numeric => Err("out of range".into()),
        _ => Err(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_tolerate_a_zero_fraction_only() {
        assert_eq!(integer("38.0", 32), Ok(38));
        assert_eq!(integer("-7", 8), Ok(-7));
        assert_eq!(integer("+7", 8), Ok(7));
        assert_eq!(integer("38.5", 32), Err("it has a fraction".into()));
        assert_eq!(integer("200", 8), Err("out of range".into()));
        assert_eq!(integer("9223372036854775808", 64), Err("out of range".into()));
        for bad in ["", "-", "1_000", "0x10", "1e3", "12a", "--1", "."] {
            assert!(integer(bad, 64).is_err(), "{bad}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal("652.53", 18, 2), Ok(65_253));
        assert_eq!(decimal("-0.1", 18, 2), Ok(-10));
        assert_eq!(decimal("1.500", 18, 2), Ok(150));
        assert_eq!(decimal(".5", 3, 1), Ok(5));
        assert_eq!(decimal("1e-3", 9, 6), Ok(1_000));
        assert_eq!(decimal("12E2", 9, 2), Ok(120_000));
        assert_eq!(decimal("0e300", 9, 2), Ok(0));
        assert_eq!(decimal("99999999999999999999999999999999999999", 38, 0), Ok(10_i128.pow(38) - 1));
        assert_eq!(decimal("0.005", 18, 2), Err("more than 2 digits behind the point".into()));
        assert_eq!(decimal("10.00", 3, 2), Err("out of range".into()));
        for bad in ["", "-", ".", "1,5", "NaN", "1e", "1e999999", "１"] {
            assert!(decimal(bad, 18, 2).is_err(), "{bad}");
        }
    }

    #[test]
    fn floats_are_finite() {
        assert_eq!(float("0.2210000038146973", 64), Ok(0.2210000038146973));
        assert_eq!(float("1e999", 64), Err("out of range".into()));
        assert!(float("NaN", 64).is_err() && float("inf", 64).is_err());
    }
}
