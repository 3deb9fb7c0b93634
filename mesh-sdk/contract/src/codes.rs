//! The registry of this room's codes; each has a page in `docs/errors/`.

use crate::Code;

/// The text is not YAML.
pub const SYNTAX: Code = Code(1);
/// A key stands twice.
pub const DUPLICATE_KEY: Code = Code(2);
/// Too long, too deep, or expands too far.
pub const LIMIT: Code = Code(3);
/// A bidirectional control character, NUL or the like.
pub const FORBIDDEN_CHARACTER: Code = Code(4);
/// Merge keys, or several documents in one file.
pub const NOT_ONE_DOCUMENT: Code = Code(5);
/// A key that the standard does not have.
pub const UNKNOWN_KEY: Code = Code(6);
/// A key that must be there is not.
pub const MISSING_KEY: Code = Code(7);
/// Text where a list was expected, and so on.
pub const WRONG_SHAPE: Code = Code(8);
/// A word outside the list of words allowed.
pub const UNKNOWN_WORD: Code = Code(9);
/// A feature of a newer version of the standard than the document states.
pub const NEWER_STANDARD: Code = Code(10);
/// A version that is not semantic.
pub const BAD_VERSION: Code = Code(11);
/// A name that cannot become an SQL identifier.
pub const BAD_NAME: Code = Code(12);
/// A name stands twice.
pub const DUPLICATE_NAME: Code = Code(13);
/// A physical type that is unknown, or whose parameters are impossible.
pub const BAD_TYPE: Code = Code(14);
/// Logical and physical type contradict each other.
pub const TYPE_CONFLICT: Code = Code(15);
/// Money in binary floating point.
pub const MONEY_AS_FLOAT: Code = Code(16);
/// Positions of a key have gaps or repeat.
pub const KEY_POSITIONS: Code = Code(17);
/// A regular expression that does not compile.
pub const BAD_PATTERN: Code = Code(18);
/// A range or a length that no value can satisfy.
pub const EMPTY_RANGE: Code = Code(19);
/// A bound, an enumerated value or an example of another type than its column.
pub const WRONG_VALUE_TYPE: Code = Code(20);
/// An option that does not apply to the type.
pub const OPTION_NOT_APPLICABLE: Code = Code(21);
/// A quality rule with no operator, or with several.
pub const RULE_OPERATORS: Code = Code(22);
/// A quality threshold that no data can meet or miss.
pub const RULE_THRESHOLD: Code = Code(23);
/// A quality rule that lacks what its kind needs.
pub const RULE_INCOMPLETE: Code = Code(24);
/// A reference to a column that does not exist.
pub const UNKNOWN_COLUMN: Code = Code(25);
/// A text that has not the form its key asks for: a date, an address, an identifier.
pub const BAD_FORM: Code = Code(26);
/// Two output ports of one name and major version, or a port without a contract.
pub const PORT_CONFLICT: Code = Code(27);
/// A column or table that does not explain itself.
pub const UNEXPLAINED: Code = Code(28);
/// A key or spelling that the standard has deprecated.
pub const DEPRECATED: Code = Code(29);

/// A form of one table asked of a contract that has several.
pub const NOT_ONE_TABLE: Code = Code(151);
/// YAML that the formatter cannot print.
pub const NOT_FORMATTED: Code = Code(152);
/// Formatting would change what the document says.
pub const FORMAT_CHANGES_MEANING: Code = Code(153);

/// A version that announces less than what changed.
pub const VERSION_TOO_LOW: Code = Code(201);
/// A version that comes before the one in force.
pub const VERSION_BACKWARDS: Code = Code(202);

/// The codes of documents as such, with the titles of their pages.
const ALL: &[(Code, &str)] = &[
    (SYNTAX, "not YAML"),
    (DUPLICATE_KEY, "a key stands twice"),
    (LIMIT, "the document is too long, too deep, or expands too far"),
    (FORBIDDEN_CHARACTER, "a character that is not allowed"),
    (NOT_ONE_DOCUMENT, "merge keys or several documents"),
    (UNKNOWN_KEY, "unknown key"),
    (MISSING_KEY, "missing key"),
    (WRONG_SHAPE, "a value of the wrong shape"),
    (UNKNOWN_WORD, "a word that is not in the list"),
    (NEWER_STANDARD, "a feature of a newer version of the standard"),
    (BAD_VERSION, "not a semantic version"),
    (BAD_NAME, "not a name"),
    (DUPLICATE_NAME, "a name stands twice"),
    (BAD_TYPE, "not a physical type"),
    (TYPE_CONFLICT, "logical and physical type contradict each other"),
    (MONEY_AS_FLOAT, "money as a binary fraction"),
    (KEY_POSITIONS, "positions of a key have gaps or repeat"),
    (BAD_PATTERN, "not a regular expression"),
    (EMPTY_RANGE, "a range that no value satisfies"),
    (WRONG_VALUE_TYPE, "a value of another type than its column"),
    (OPTION_NOT_APPLICABLE, "an option that does not apply to the type"),
    (RULE_OPERATORS, "a quality rule needs exactly one operator"),
    (RULE_THRESHOLD, "an impossible threshold"),
    (RULE_INCOMPLETE, "an incomplete quality rule"),
    (UNKNOWN_COLUMN, "unknown column"),
    (BAD_FORM, "a text of the wrong form"),
    (PORT_CONFLICT, "ports in conflict"),
    (UNEXPLAINED, "a column that does not explain itself"),
    (DEPRECATED, "deprecated"),
    (NOT_ONE_TABLE, "a form of one table"),
    (NOT_FORMATTED, "YAML that cannot be laid out"),
    (FORMAT_CHANGES_MEANING, "layout that would change the meaning"),
    (VERSION_TOO_LOW, "the version announces less than what changed"),
    (VERSION_BACKWARDS, "the version goes backwards"),
];

/// Every code of this room with the title of its page, those of the gate's rules included.
pub fn all() -> impl Iterator<Item = (Code, &'static str)> {
    let rules = crate::gate::RULES.iter().map(|rule| (rule.code, rule.title));
    ALL.iter().chain(crate::gate::WAIVER_CODES).copied().chain(rules)
}

/// The title of a code of this room.
#[must_use]
pub fn title(code: Code) -> Option<&'static str> {
    all().find(|(known, _)| *known == code).map(|(_, title)| title)
}
