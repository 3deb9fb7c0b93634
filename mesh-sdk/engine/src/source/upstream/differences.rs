//! What an input contract declares beside what is really there.

use datafusion::arrow::datatypes::Schema;

use crate::source::error::nearest;

/// One line for each declared column that is missing or of another type. Columns that nobody declared do no harm.
pub(in crate::source) fn between(declared: &Schema, present: &Schema) -> Vec<String> {
    let names = || present.fields().iter().map(|field| field.name().as_str());
    declared
        .fields()
        .iter()
        .filter_map(|wanted| {
            let name = wanted.name();
            let Some((_, found)) = present.column_with_name(name) else {
                let nearest = nearest(name, names()).map(|near| format!("; did you mean `{near}`?"));
                return Some(format!("column `{name}` is missing{}", nearest.unwrap_or_default()));
            };
            if found.data_type() != wanted.data_type() {
                return Some(format!("column `{name}` is {}, declared {}", found.data_type(), wanted.data_type()));
            }
            (found.is_nullable() && !wanted.is_nullable())
                .then(|| format!("column `{name}` may be null, declared `required`"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::{DataType, Field};

    use super::*;

    #[test]
    fn every_difference_is_told_and_more_columns_are_none() {
        let declared = Schema::new(vec![
            Field::new("iban", DataType::Utf8, false),
            Field::new("balance", DataType::Decimal128(18, 2), true),
            Field::new("holder", DataType::Utf8, true),
            Field::new("opened", DataType::Date32, false),
        ]);
        let present = Schema::new(vec![
            Field::new("iban", DataType::Utf8, false),
            Field::new("balance", DataType::Float64, true),
            Field::new("holders", DataType::Utf8, true),
            Field::new("opened", DataType::Date32, true),
            Field::new("branch", DataType::Utf8, true),
        ]);
        insta::assert_snapshot!(between(&declared, &present).join("\n"), @r"
        column `balance` is Float64, declared Decimal128(18, 2)
        column `holder` is missing; did you mean `holders`?
        column `opened` may be null, declared `required`
        ");
        assert!(between(&present, &present).is_empty());
    }
}
