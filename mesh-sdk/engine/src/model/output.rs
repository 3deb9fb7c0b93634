//! The planned columns of a model against its contract's, before anything runs.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};

use super::conform::{self, NullWhereRequired};
use super::error::ModelError;
use super::widening;
use crate::source::nearest;

/// How a model's columns become the contract's.
#[derive(Clone, Debug)]
pub struct OutputSchema {
    schema: SchemaRef,
    relaxed: SchemaRef,
    /// For each column of the contract its place in the query.
    positions: Vec<usize>,
}

impl OutputSchema {
    /// Compares `planned` with the contract's schema.
    ///
    /// # Errors
    /// [`ModelError::Output`] with every missing, extra and contradicting column.
    pub fn check(file: &str, port: &str, planned: &Schema, contract: &SchemaRef) -> Result<Self, ModelError> {
        let (mut positions, mut differences) = (Vec::new(), Vec::new());
        for field in contract.fields() {
            let mut found = planned.fields().iter().enumerate().filter(|(_, column)| column.name() == field.name());
            let Some((position, column)) = found.next() else {
                differences.push(missing(field.name(), planned, contract));
                continue;
            };
            if found.next().is_some() {
                differences.push(format!("  `{}` stands twice in the query", field.name()));
            }
            if !widening::is_safe(column.data_type(), field.data_type()) {
                let (expected, actual) = (widening::named(field.data_type()), widening::named(column.data_type()));
                differences.push(format!("  `{}` must be {expected}, the query gives {actual}", field.name()));
            }
            positions.push(position);
        }
        for column in planned.fields() {
            if contract.column_with_name(column.name()).is_none() {
                differences.push(format!("  `{}` is not in the contract", column.name()));
            }
        }
        if differences.is_empty() {
            let relaxed = conform::relaxed(contract);
            return Ok(Self { schema: Arc::clone(contract), relaxed, positions });
        }
        Err(ModelError::Output { file: file.to_owned(), port: port.to_owned(), differences })
    }

    /// The contract's schema, with its metadata.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The contract's schema with null allowed everywhere.
    #[must_use]
    pub fn relaxed(&self) -> &SchemaRef {
        &self.relaxed
    }

    /// A batch of the query as a batch of `schema`, which is one of the two above.
    pub(crate) fn conform(&self, batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, NullWhereRequired> {
        conform::columns(batch.project(&self.positions)?.columns(), batch.num_rows(), schema)
    }
}

fn missing(name: &str, planned: &Schema, contract: &Schema) -> String {
    let strangers = planned.fields().iter().map(|column| column.name().as_str());
    let hint = nearest(name, strangers.filter(|column| contract.column_with_name(column).is_none()));
    format!("  `{name}` is missing{}", hint.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Int32Array, StringViewArray, StructArray};
    use arrow::datatypes::{DataType, Field};

    fn schema(fields: Vec<Field>) -> SchemaRef {
        Arc::new(Schema::new(fields))
    }

    #[test]
    fn every_difference_is_listed_at_once() {
        let contract = schema(vec![
            Field::new("loan_id", DataType::Int64, false),
            Field::new("balance", DataType::Decimal128(18, 2), true),
            Field::new("state", DataType::Utf8, true),
        ]);
        let planned = schema(vec![
            Field::new("balance", DataType::Float64, true),
            Field::new("loan_ident", DataType::Int32, true),
            Field::new("state", DataType::Utf8View, true),
            Field::new("extra", DataType::Boolean, true),
        ]);
        let error = OutputSchema::check("models/loans.sql", "lending.loans", &planned, &contract).expect_err("refused");
        insta::assert_snapshot!(error, @"
        models/loans.sql: columns differ from the contract of `lending.loans`:
          `loan_id` is missing; did you mean `loan_ident`?
          `balance` must be decimal(18,2), the query gives float(64)
          `loan_ident` is not in the contract
          `extra` is not in the contract
        ");
    }

    #[test]
    fn columns_are_widened_and_reordered() {
        let contract =
            schema(vec![Field::new("state", DataType::Utf8, true), Field::new("loan_id", DataType::Int64, false)]);
        let planned =
            schema(vec![Field::new("loan_id", DataType::Int32, true), Field::new("state", DataType::Utf8View, true)]);
        let output = OutputSchema::check("f", "p", &planned, &contract).expect("agrees");
        let ids: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
        let states: ArrayRef = Arc::new(StringViewArray::from(vec![Some("NJ"), None]));
        let batch = RecordBatch::try_new(Arc::clone(&planned), vec![ids, Arc::clone(&states)]).expect("a batch");
        let typed = output.conform(&batch, output.schema()).expect("conforms");
        assert_eq!(typed.schema(), contract);
        assert_eq!(typed.num_rows(), 2);

        let none: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
        let batch = RecordBatch::try_new(planned, vec![none, states]).expect("a batch");
        let error = output.conform(&batch, output.schema()).expect_err("a null");
        insta::assert_snapshot!(error, @"column `loan_id` is required and has no value");
        assert!(output.conform(&batch, output.relaxed()).is_ok());
    }

    #[test]
    fn required_members_of_objects_are_checked_where_the_object_is() {
        let inner = |nullable| DataType::Struct(vec![Field::new("city", DataType::Utf8, nullable)].into());
        let contract = schema(vec![Field::new("address", inner(false), true)]);
        let planned = schema(vec![Field::new("address", inner(true), true)]);
        let output = OutputSchema::check("f", "p", &planned, &contract).expect("agrees");
        let batch = |valid: Vec<bool>| {
            let cities: ArrayRef = Arc::new(arrow::array::StringArray::from(vec![Some("Bern"), None]));
            let fields = vec![Field::new("city", DataType::Utf8, true)].into();
            let address: ArrayRef = Arc::new(StructArray::new(fields, vec![cities], Some(valid.into())));
            RecordBatch::try_new(Arc::clone(&planned), vec![address]).expect("a batch")
        };
        assert!(output.conform(&batch(vec![true, false]), output.schema()).is_ok());
        let error = output.conform(&batch(vec![true, true]), output.schema()).expect_err("a null");
        insta::assert_snapshot!(error, @"column `address.city` is required and has no value");
    }
}
