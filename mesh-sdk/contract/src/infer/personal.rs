//! Data about persons, told by a column's name or by how its values are written.

use super::names::words;
use crate::model::Classification;

/// Kinds of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Personal {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A bank account.
    Account,
    /// A payment card.
    Card,
    /// A number that a state gave to a person.
    NationalId,
    /// A person's name.
    Name,
    /// A date of birth, or an age.
    Birth,
    /// Where somebody lives.
    Location,
    /// Sex or gender.
    Sex,
    /// Origin, religion, health: what the GDPR protects most (article 9).
    Special,
    /// Work and employer.
    Employment,
    /// Family.
    Family,
    /// Income and debts of a person.
    Financial,
}

impl Personal {
    /// What a column's name says.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let words = words(name);
        let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        let joined = words.join("_");
        let found = [
            (has(&["email", "mail", "emailaddress"]) || joined.contains("e_mail"), Self::Email),
            (has(&["phone", "mobile", "telephone", "fax", "msisdn"]), Self::Phone),
            (
                has(&["iban", "bic"]) || joined.contains("account_number") || joined.contains("account_no"),
                Self::Account,
            ),
            (has(&["pan", "cvv"]) || joined.contains("card_number") || joined.contains("card_no"), Self::Card),
            (
                has(&["ssn", "nino", "passport", "tin"]) || joined.contains("national_id") || joined.contains("tax_id"),
                Self::NationalId,
            ),
            (has(&["ethnicity", "race", "religion", "diagnosis", "disability", "afam", "nationality"]), Self::Special),
            (has(&["sex", "gender", "male", "female"]), Self::Sex),
            (has(&["birth", "birthday", "birthdate", "dob", "age"]), Self::Birth),
            (
                has(&["surname", "forename", "firstname", "lastname", "fullname", "holder", "borrower"])
                    || ["first_name", "last_name", "full_name", "customer_name"]
                        .iter()
                        .any(|part| joined.contains(part)),
                Self::Name,
            ),
            (
                has(&["address", "street", "zip", "zipcode", "postcode", "city", "postal", "latitude", "longitude"]),
                Self::Location,
            ),
            (has(&["married", "marital", "single", "children", "spouse", "dependants"]), Self::Family),
            (has(&["employer", "occupation", "employment", "emp", "job", "selfemp", "unemp"]), Self::Employment),
            (has(&["income", "salary", "wage", "prewage", "bankrupt", "delinq", "debt"]), Self::Financial),
        ];
        found.into_iter().find(|(fits, _)| *fits).map(|(_, kind)| kind)
    }

    /// What one value is, told by its form alone.
    pub(super) fn of_value(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 254 || !text.is_ascii() {
            return None;
        }
        if is_email(text) {
            return Some(Self::Email);
        }
        if is_iban(text) {
            return Some(Self::Account);
        }
        if is_national_id(text) {
            return Some(Self::NationalId);
        }
        if is_card(text) {
            return Some(Self::Card);
        }
        is_phone(text).then_some(Self::Phone)
    }

    /// How closed such data is to begin with; people decide.
    #[must_use]
    pub fn classification(self) -> Classification {
        match self {
            Self::Account | Self::Card | Self::NationalId | Self::Special => Classification::Restricted,
            _ => Classification::Confidential,
        }
    }

    /// The word for the custom property `gdprCategory`.
    #[must_use]
    pub fn category(self) -> &'static str {
        match self {
            Self::Email | Self::Phone => "contact",
            Self::Account | Self::Card | Self::Financial => "financial",
            Self::NationalId | Self::Name => "identity",
            Self::Birth => "birth",
            Self::Location => "location",
            Self::Sex => "sex",
            Self::Special => "special",
            Self::Employment => "employment",
            Self::Family => "family",
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    let label = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    !local.is_empty()
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._%+-'".contains(&byte))
        && labels.len() >= 2
        && labels.iter().all(label)
        && labels.last().is_some_and(|top| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// ISO 13616: country, two check digits, up to 30 more; the whole read as a number leaves 1 when divided by 97.
fn is_iban(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| *c != ' ').collect();
    let bytes = plain.as_bytes();
    let [a, b, c, d, rest @ ..] = bytes else { return false };
    if !(11..=30).contains(&rest.len())
        || !a.is_ascii_uppercase()
        || !b.is_ascii_uppercase()
        || !c.is_ascii_digit()
        || !d.is_ascii_digit()
        || !rest.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    {
        return false;
    }
    let moved = rest.iter().chain([a, b, c, d]);
    let remainder = moved.fold(0_u32, |remainder, byte| {
        if byte.is_ascii_digit() {
            (remainder * 10 + u32::from(byte - b'0')) % 97
        } else {
            (remainder * 100 + u32::from(byte - b'A') + 10) % 97
        }
    });
    remainder == 1
}

/// The Social Security number of the United States, and the one other form with letters that nothing else has: the
/// National Insurance number of the United Kingdom.
fn is_national_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    if let [area, group, serial] = parts.as_slice() {
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        return digits(area, 3) && digits(group, 2) && digits(serial, 4) && *area != "000" && *area != "666";
    }
    let plain: String = text.chars().filter(|c| *c != ' ').collect();
    match plain.as_bytes() {
        [a, b, digits @ .., end] if digits.len() == 6 => {
            a.is_ascii_uppercase()
                && b.is_ascii_uppercase()
                && digits.iter().all(u8::is_ascii_digit)
                && (b'A'..=b'D').contains(end)
        }
        _ => false,
    }
}

/// 13 to 19 digits of a network that issues cards, with Luhn's check digit.
fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter(|c| !matches!(c, ' ' | '-')).map_while(|c| c.to_digit(10)).collect();
    let written = text.chars().filter(|c| !matches!(c, ' ' | '-')).count();
    if digits.len() != written || !(13..=19).contains(&written) || !matches!(digits.first(), Some(2..=6)) {
        return false;
    }
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| luhn(at, *digit)).sum();
    sum.is_multiple_of(10)
}

fn luhn(at: usize, digit: u32) -> u32 {
    match (at % 2, digit * 2) {
        (0, _) => digit,
        (_, doubled) if doubled > 9 => doubled - 9,
        (_, doubled) => doubled,
    }
}

/// International form only (`+49 30 …`): a bare row of digits is any number.
fn is_phone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && rest.bytes().all(|byte| byte.is_ascii_digit() || b" -()/.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_their_form_and_check_digits() {
        let kind = Personal::of_value;
        assert_eq!(kind("lena@bank.example"), Some(Personal::Email));
        assert_eq!(kind("DE89 3704 0044 0532 0130 00"), Some(Personal::Account));
        assert_eq!(kind("DE89 3704 0044 0532 0130 01"), None);
        assert_eq!(kind("GB82WEST12345698765432"), Some(Personal::Account));
        assert_eq!(kind("078-05-1120"), Some(Personal::NationalId));
        assert_eq!(kind("QQ 12 34 56 C"), Some(Personal::NationalId));
        assert_eq!(kind("4111 1111 1111 1111"), Some(Personal::Card));
        assert_eq!(kind("4111 1111 1111 1112"), None);
        assert_eq!(kind("+49 30 901820"), Some(Personal::Phone));
        for other in ["", "a@b", "@x.de", "12345678", "2020-01-01", "1.5", "+1", "NJ", "größe@bank.example"] {
            assert_eq!(kind(other), None, "{other}");
        }
    }

    #[test]
    fn names_are_told_by_their_words() {
        assert_eq!(Personal::of_name("customerEmail"), Some(Personal::Email));
        assert_eq!(Personal::of_name("date_of_birth"), Some(Personal::Birth));
        assert_eq!(Personal::of_name("emp_title"), Some(Personal::Employment));
        assert_eq!(Personal::of_name("stage"), None);
    }
}
