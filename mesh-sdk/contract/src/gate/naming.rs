//! Names are lower case with underscores, so that SQL needs no quotes and every port reads alike.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use crate::Code;
use crate::diagnostic::Severity;
use crate::name::is_identifier;

pub(super) const RULE: Rule = Rule {
    code: Code(113),
    name: "naming",
    title: "a name that is not in snake case",
    severity: Severity::Warning,
    check,
};

fn check(subject: &Subject<'_>, found: &mut Found) {
    for (pointer, object) in subject.objects() {
        judge(&object.name, (pointer.key("name"), &object.name), found);
    }
    for column in &subject.columns {
        judge(&column.property.name, (column.name(), &column.path), found);
    }
}

fn judge(name: &str, (pointer, path): (crate::faults::Pointer, &str), found: &mut Found) {
    if !is_identifier(name) {
        let help = match snake(name) {
            Some(better) => format!("write `{better}`, and the other under `physicalName` where the source has it"),
            None => "lower-case letters, digits and `_`, starting with a letter, 63 at most".to_owned(),
        };
        found.at(pointer, path, format!("`{name}` is not in snake case"), help);
    }
}

/// `LoanAmount` → `loan_amount`, when a name comes out.
fn snake(name: &str) -> Option<String> {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut last_lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && last_lower {
                snake.push('_');
            }
            last_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
            snake.push(c.to_ascii_lowercase());
        } else if !snake.ends_with('_') && !snake.is_empty() {
            snake.push('_');
            last_lower = false;
        }
    }
    let snake = snake.trim_end_matches('_').to_owned();
    is_identifier(&snake).then_some(snake)
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn names_are_in_snake_case() {
        breaks("FC-0113", "name: loan_amount", "name: loanAmount", "loanAmount");
        breaks("FC-0113", "name: branch,", "name: 'Filiale Köln',", "'Filiale Köln'");
        keeps("FC-0113", "name: loan_amount", "name: amount_2");
    }

    #[test]
    fn a_better_name_is_offered_where_there_is_one() {
        for (name, better) in [
            ("LoanAmount", Some("loan_amount")),
            ("loan-amount", Some("loan_amount")),
            ("größe", Some("gr_e")),
            ("2018", None),
        ] {
            assert_eq!(super::snake(name).as_deref(), better, "{name}");
        }
    }
}
