//! What a function says of itself, for `information_schema.routines`.

use std::fmt::Write;

use datafusion::logical_expr::{DocSection, Documentation};

use super::rows::Parameter;

/// A function in words.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name in SQL: lower case, with underscores.
    pub name: &'static str,
    /// What it does, without a full stop.
    pub text: &'static str,
    /// What comes out and in what unit.
    pub returns: &'static str,
    /// The formula, standard or book that it follows.
    pub source: &'static str,
    /// A call of it.
    pub example: &'static str,
}

impl About {
    /// `annuity_payment(principal, annual_rate_percent, months)`; arguments that may be left out are in brackets.
    pub(super) fn usage(&self, parameters: &[Parameter]) -> String {
        let mut usage = format!("{}(", self.name);
        let mut brackets = 0;
        for (position, parameter) in parameters.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            let open = if parameter.optional { "[" } else { "" };
            brackets += open.len();
            usage.push_str(&[open, comma, parameter.name].concat());
        }
        usage.push_str(&"]".repeat(brackets));
        usage.push(')');
        usage
    }

    /// The catalog shows one text for each function, so the arguments and the source stand in it.
    pub(super) fn documentation(&self, parameters: &[Parameter]) -> Documentation {
        let section = DocSection { include: true, label: "Domain functions", description: None };
        let mut text = format!("{}. Arguments:", self.text);
        for parameter in parameters {
            let end = if parameter.optional { " (optional);" } else { ";" };
            // Writing to a string has no error.
            let _ = write!(text, " {} ({}): {}{end}", parameter.name, parameter.data_type, parameter.about);
        }
        let _ = write!(text, " returns {}. Source: {}", self.returns, self.source);
        let mut builder = Documentation::builder(section, text, self.usage(parameters)).with_sql_example(self.example);
        for parameter in parameters {
            builder = builder.with_argument(parameter.name, parameter.about);
        }
        builder.build()
    }
}
