//! The conditions that a database can hold a column's values to.

use super::Dialect;
use crate::export::literal::{identifier, text, value};
use crate::model::{Bound, DataType, Property};

/// Conditions on one column; what cannot be one is told in `unchecked`. Null passes every check, as in contracts.
pub(super) fn of(property: &Property, dialect: Dialect, unchecked: &mut Vec<String>) -> Vec<String> {
    let column = identifier(&property.name);
    let mut checks = Vec::new();
    // The narrowest integer of PostgreSQL has 16 bits.
    if dialect == Dialect::Postgres && matches!(property.data_type, DataType::Integer { bits: 8 }) {
        checks.push(format!("{column} BETWEEN -128 AND 127"));
    }
    enumeration(property, &column, unchecked, &mut checks);
    bounds(property, &column, unchecked, &mut checks);
    lengths(property, &column, dialect, &mut checks);
    pattern(property, &column, dialect, unchecked, &mut checks);
    items(property, &column, dialect, unchecked, &mut checks);
    members(property, unchecked);
    checks
}

fn enumeration(property: &Property, column: &str, unchecked: &mut Vec<String>, checks: &mut Vec<String>) {
    let allowed = &property.constraints.enumeration;
    if allowed.is_empty() {
        return;
    }
    let literals: Option<Vec<String>> = allowed.iter().map(|word| value(word, &property.data_type)).collect();
    match literals {
        Some(literals) => checks.push(format!("{column} IN ({})", literals.join(", "))),
        None => unchecked.push(format!("the values of {column}")),
    }
}

fn bounds(property: &Property, column: &str, unchecked: &mut Vec<String>, checks: &mut Vec<String>) {
    let constraints = &property.constraints;
    let mut bound = |bound: &Option<Bound>, inclusive: &str, exclusive: &str| {
        let Some(bound) = bound else { return };
        // A bound in a format of its own is no literal of SQL.
        let own_format = constraints.format.is_some() && bound.value.is_string();
        match value(&bound.value, &property.data_type).filter(|_| !own_format) {
            Some(literal) => {
                let operator = if bound.exclusive { exclusive } else { inclusive };
                checks.push(format!("{column} {operator} {literal}"));
            }
            None => unchecked.push(format!("{column} {inclusive} {}", bound.value)),
        }
    };
    bound(&constraints.minimum, ">=", ">");
    bound(&constraints.maximum, "<=", "<");
    if let Some(step) = constraints.multiple_of {
        let exact = matches!(property.data_type, DataType::Integer { .. } | DataType::Decimal { .. });
        if exact {
            checks.push(format!("{column} % {step} = 0"));
        } else {
            unchecked.push(format!("{column} is a multiple of {step}"));
        }
    }
}

fn lengths(property: &Property, column: &str, dialect: Dialect, checks: &mut Vec<String>) {
    let count = match property.data_type {
        DataType::String => "length",
        DataType::Binary => "octet_length",
        _ => return,
    };
    if let Some(least) = property.constraints.length_min {
        checks.push(format!("{count}({column}) >= {least}"));
    }
    // DuckDB reads a length in `varchar(n)` and holds nothing to it.
    let in_type = dialect == Dialect::Postgres && count == "length";
    if let Some(most) = property.constraints.length_max.filter(|_| !in_type) {
        checks.push(format!("{count}({column}) <= {most}"));
    }
}

fn pattern(property: &Property, column: &str, dialect: Dialect, unchecked: &mut Vec<String>, checks: &mut Vec<String>) {
    let (Some(pattern), DataType::String) = (&property.constraints.pattern, &property.data_type) else { return };
    let whole = format!("^(?:{pattern})$");
    match dialect {
        Dialect::DuckDb => checks.push(format!("regexp_matches({column}, {})", text(&whole))),
        Dialect::Postgres if portable(pattern) => checks.push(format!("{column} ~ {}", text(&whole))),
        Dialect::Postgres => unchecked.push(format!("{column} matches {whole}")),
    }
}

/// Whether PostgreSQL's regular expressions say the same: they have neither Unicode classes nor inline flags.
fn portable(pattern: &str) -> bool {
    let foreign = [r"\p", r"\P", r"\z", r"\A", r"\b", r"\B", r"\x{", r"\u", "(?", "[[", "&&", "--", "~~"];
    !foreign.iter().any(|part| pattern.contains(part))
}

fn items(property: &Property, column: &str, dialect: Dialect, unchecked: &mut Vec<String>, checks: &mut Vec<String>) {
    let DataType::Array(item) = &property.data_type else { return };
    let count = match (dialect, &item.data_type) {
        (Dialect::DuckDb, _) => "len",
        (Dialect::Postgres, DataType::Object(_) | DataType::Array(_)) => "jsonb_array_length",
        (Dialect::Postgres, _) => "cardinality",
    };
    if let Some(fewest) = property.constraints.items_min {
        checks.push(format!("{count}({column}) >= {fewest}"));
    }
    if let Some(most) = property.constraints.items_max {
        checks.push(format!("{count}({column}) <= {most}"));
    }
    if property.constraints.items_unique {
        unchecked.push(format!("no item stands twice in {column}"));
    }
}

/// Limits inside nested values stay with the contract.
fn members(property: &Property, unchecked: &mut Vec<String>) {
    let inner: &[Property] = match &property.data_type {
        DataType::Object(members) => members,
        DataType::Array(item) => std::slice::from_ref(item.as_ref()),
        _ => return,
    };
    if inner.iter().any(|member| member.required || member.constraints != crate::model::Constraints::default()) {
        unchecked.push(format!("what is required and allowed inside {}", identifier(&property.name)));
    }
    for member in inner {
        members(member, unchecked);
    }
}

#[cfg(test)]
mod tests {
    use super::portable;

    #[test]
    fn only_patterns_that_mean_the_same_are_checked_by_postgres() {
        assert!(portable("^[A-Z]{3}$") && portable(r"\d+(,\d+)*"));
        assert!(!portable(r"\p{L}+") && !portable("(?i)x") && !portable("[a-z--x]"));
    }
}
