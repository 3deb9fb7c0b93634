//! What names say: of columns, and as names of SQL.

/// A name as SQL writes it without quotes: lower-case letters, digits and `_`, starting with a letter. `None` when
/// nothing of the text can stand in one.
#[must_use]
pub fn identifier(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    let mut lower_before = false;
    for c in text.trim().chars() {
        if c.is_ascii_alphanumeric() {
            // `loanAmount` reads as two words, `USD` as one.
            if c.is_ascii_uppercase() && lower_before {
                name.push('_');
            }
            lower_before = c.is_ascii_lowercase() || c.is_ascii_digit();
            name.push(c.to_ascii_lowercase());
        } else {
            lower_before = false;
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
    }
    let name = name.trim_end_matches('_');
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("c_{name}") } else { name.to_owned() };
    let name: String = name.chars().take(63).collect();
    (!name.is_empty()).then_some(name)
}

/// The words of a column's name.
pub(super) fn words(name: &str) -> Vec<String> {
    identifier(name).unwrap_or_default().split('_').map(str::to_owned).collect()
}

fn has(name: &str, known: &[&str]) -> bool {
    words(name).iter().any(|word| known.contains(&word.as_str()))
}

/// Whether the name speaks of an amount of money.
pub(super) fn is_money(name: &str) -> bool {
    const MONEY: &[&str] = &[
        "amount",
        "amt",
        "balance",
        "income",
        "salary",
        "wage",
        "prewage",
        "price",
        "cost",
        "fee",
        "fees",
        "premium",
        "benefit",
        "payment",
        "paid",
        "installment",
        "principal",
        "limit",
        "utilized",
        "revenue",
        "turnover",
        "exposure",
        "collateral",
        "reserve",
        "deposit",
        "debit",
        "credit",
        "loan",
        "totmed",
    ];
    // What counts, dates or rates money is not money.
    const NOT: &[&str] = &[
        "id", "no", "number", "num", "count", "date", "month", "months", "year", "years", "day", "days", "rate",
        "percent", "pct", "ratio", "type", "status", "purpose", "grade", "term", "line", "lines", "accounts", "code",
        "to", "since", "ever", "open", "currency", "never", "log", "name", "score",
    ];
    has(name, MONEY) && !has(name, NOT)
}

/// The unit that the name speaks of.
pub(super) fn unit(name: &str) -> Option<&'static str> {
    let words = words(name);
    let last = words.last().map(String::as_str)?;
    match last {
        "percent" | "pct" => Some("percent"),
        "rate" => Some("percent/year"),
        "days" => Some("days"),
        "weeks" => Some("weeks"),
        "months" => Some("months"),
        "years" => Some("years"),
        _ if words.iter().any(|word| word == "months") => Some("months"),
        _ if matches!(words.first().map(String::as_str), Some("num" | "count")) => Some("count"),
        _ => None,
    }
}

/// Whether the name says that it tells rows apart.
pub(super) fn is_identity(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    matches!(last, "id" | "key" | "uuid" | "guid" | "no" | "nr" | "number" | "rownames" | "code" | "isin" | "iban")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        let names = ["loanAmount", "USD", "Größe (cm)", " 1st Date ", "a.b-c", "€", "HTTPServer", "r120"];
        let shown: Vec<String> = names.iter().map(|name| identifier(name).unwrap_or_else(|| "none".into())).collect();
        assert_eq!(shown, ["loan_amount", "usd", "gr_e_cm", "c_1st_date", "a_b_c", "none", "httpserver", "r120"]);
    }

    #[test]
    fn names_speak_of_money_units_and_identity() {
        assert!(is_money("loan_amount") && is_money("annualIncome") && is_money("paid_late_fees"));
        assert!(!is_money("loan_id") && !is_money("interest_rate") && !is_money("num_collections") && !is_money("x"));
        assert_eq!(unit("months_since_last_delinq"), Some("months"));
        assert_eq!(unit("interest_rate"), Some("percent/year"));
        assert!(is_identity("loan_id") && !is_identity("idle"));
    }
}
