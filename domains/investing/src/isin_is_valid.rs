//! Check digits of securities.

use mesh_sdk::function::{About, BOOLEAN, Functions, TEXT};

const ISIN_IS_VALID: About = About {
    name: "isin_is_valid",
    text: "whether a text is an International Securities Identification Number with a right check digit",
    returns: "true or false; false for lower case and for spaces",
    source: "ISO 6166, modulus 10 double-add-double",
    example: "isin_is_valid('US0378331005')",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (("isin", TEXT, "the identifier"),);
    functions.scalar(ISIN_IS_VALID, arguments, BOOLEAN, |(text,)| Some(isin::validate(text).is_ok()))
}

#[cfg(test)]
mod tests {
    /// Examples of ISO 6166's own texts and of listed companies; and each with one thing wrong.
    #[test]
    fn a_wrong_digit_a_letter_too_few_and_lower_case_are_found() {
        for valid in ["US0378331005", "AU0000XVGZA3", "GB0002634946", "DE000BAY0017"] {
            assert!(isin::validate(valid).is_ok(), "{valid}");
        }
        for invalid in ["US0378331006", "US037833100", "us0378331005", " US0378331005", "", "US0373831005"] {
            assert!(isin::validate(invalid).is_err(), "{invalid}");
        }
    }
}
