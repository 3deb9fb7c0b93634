//! Identifiers with check digits: IBAN (ISO 13616), ISIN (ISO 6166), LEI (ISO 17442).

/// An account number of `country` with the check digits of ISO 7064 mod 97-10.
pub(crate) fn iban(country: &str, account: &str) -> String {
    let check = 98 - mod_97([account, country, "00"].iter().flat_map(|part| part.bytes()));
    format!("{country}{check:02}{account}")
}

/// `entity`, 18 characters, with the two check digits of ISO 7064 mod 97-10.
pub(crate) fn lei(entity: &str) -> String {
    let check = 98 - mod_97(entity.bytes().chain(*b"00"));
    format!("{entity}{check:02}")
}

/// `country` and `number`, nine characters, with the check digit of Luhn's method over letters as two digits.
pub(crate) fn isin(country: &str, number: &str) -> String {
    let digits: Vec<u32> = country.bytes().chain(number.bytes()).flat_map(digits_of).collect();
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| luhn(*digit, at % 2 == 0)).sum();
    format!("{country}{number}{}", (10 - sum % 10) % 10)
}

fn luhn(digit: u32, doubled: bool) -> u32 {
    if doubled { digit * 2 / 10 + digit * 2 % 10 } else { digit }
}

/// Letters count from 10.
fn value(character: u8) -> u32 {
    match character {
        b'0'..=b'9' => u32::from(character - b'0'),
        _ => u32::from(character.to_ascii_uppercase().saturating_sub(b'A')) + 10,
    }
}

fn digits_of(character: u8) -> impl Iterator<Item = u32> {
    let value = value(character);
    [(value > 9).then_some(value / 10), Some(value % 10)].into_iter().flatten()
}

fn mod_97(characters: impl Iterator<Item = u8>) -> u32 {
    characters
        .map(value)
        .fold(0, |rest, value| if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_have_these_check_digits() {
        // ISO 13616 registry's examples.
        assert_eq!(iban("DE", "370400440532013000"), "DE89370400440532013000");
        assert_eq!(iban("GB", "WEST12345698765432"), "GB82WEST12345698765432");
        assert_eq!(iban("NL", "ABNA0417164300"), "NL91ABNA0417164300");
        // Apple, and Treasury Corporation of Victoria (ISO 6166's own examples).
        assert_eq!(isin("US", "037833100"), "US0378331005");
        assert_eq!(isin("AU", "0000XVGZA"), "AU0000XVGZA3");
        // Deutsche Bank AG.
        assert_eq!(lei("7LTWFZYICNSX8D621K"), "7LTWFZYICNSX8D621K86");
    }
}
