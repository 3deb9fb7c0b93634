//! Check digits of accounts.

use iban::Iban;
use mesh_sdk::function::{About, BOOLEAN, Functions, TEXT};

const IBAN_IS_VALID: About = About {
    name: "iban_is_valid",
    text: "whether a text is an International Bank Account Number with right check digits and its country's structure",
    returns: "true or false; groups of four with spaces, as printed, are an account number too",
    source: "ISO 13616 and ISO 7064 (mod 97-10), SWIFT IBAN registry",
    example: "iban_is_valid('DE89370400440532013000')",
};

pub(crate) fn add(functions: Functions) -> Functions {
    functions.scalar(IBAN_IS_VALID, (("iban", TEXT, "the account number"),), BOOLEAN, |(text,)| {
        Some(text.parse::<Iban>().is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of the SWIFT registry.
    #[test]
    fn account_numbers_are_those_of_their_country() {
        for valid in
            ["DE89370400440532013000", "GB29NWBK60161331926819", "NL91ABNA0417164300", "DE89 3704 0044 0532 0130 00"]
        {
            assert!(valid.parse::<Iban>().is_ok(), "{valid}");
        }
        let wrong_digit = "DE88370400440532013000";
        let wrong_length = "NL91ABNA04171643000";
        let no_country = "QQ89370400440532013000";
        for invalid in [wrong_digit, wrong_length, no_country, "", "DE", "DE89370400440532013000 "] {
            assert!(invalid.parse::<Iban>().is_err(), "{invalid}");
        }
    }
}
