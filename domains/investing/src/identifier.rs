//! Check digits of securities and of those who issue them.

use mesh_sdk::function::{About, BOOLEAN, Functions, TEXT};

const ISIN_IS_VALID: About = About {
    name: "isin_is_valid",
    text: "whether a text is an International Securities Identification Number with a right check digit",
    returns: "true or false; false for lower case and for spaces",
    source: "ISO 6166, modulus 10 double-add-double",
    example: "isin_is_valid('US0378331005')",
};

const LEI_IS_VALID: About = About {
    name: "lei_is_valid",
    text: "whether a text is a Legal Entity Identifier with right check digits",
    returns: "true or false; false for lower case and for spaces",
    source: "ISO 17442 and ISO 7064 (mod 97-10)",
    example: "lei_is_valid('5493006MHB84DD0ZWV18')",
};

pub(crate) fn add(functions: Functions) -> Functions {
    functions
        .scalar(ISIN_IS_VALID, (("isin", TEXT, "the identifier"),), BOOLEAN, |(text,)| {
            Some(isin::validate(text).is_ok())
        })
        .scalar(LEI_IS_VALID, (("lei", TEXT, "the identifier"),), BOOLEAN, |(text,)| Some(lei::validate(text)))
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

    /// The example of ISO 17442 and GLEIF's own.
    #[test]
    fn entity_identifiers_have_right_check_digits() {
        for valid in ["5493006MHB84DD0ZWV18", "506700GE1G29325QX363"] {
            assert!(lei::validate(valid), "{valid}");
        }
        for invalid in
            ["5493006MHB84DD0ZWV19", "5493006mhb84dd0zwv18", "", "5493006MHB84DD0ZWV1", "5493006MHB84DD0ZWV188"]
        {
            assert!(!lei::validate(invalid), "{invalid}");
        }
    }
}
