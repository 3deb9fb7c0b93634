//! A domain's function of one row, among SQL's functions.

use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature};

use super::about::About;
use super::coercion::{coerced, signature};
use super::returns::Returns;
use super::rows::{Arguments, Given, nulls};

pub(super) struct DomainScalar<A, R, F> {
    about: About,
    usage: String,
    documentation: Documentation,
    signature: Signature,
    arguments: A,
    returns: R,
    body: F,
}

impl<A, R, F> DomainScalar<A, R, F>
where
    A: Arguments,
    R: Returns,
    F: for<'a> Fn(A::Row<'a>) -> Option<R::Value> + Send + Sync + 'static,
{
    pub(super) fn new(about: About, arguments: A, returns: R, body: F) -> Self {
        let parameters = arguments.parameters();
        let (usage, documentation) = (about.usage(&parameters), about.documentation(&parameters));
        let signature = signature(&parameters);
        Self { about, usage, documentation, signature, arguments, returns, body }
    }

    fn answers(&self, given: &[Given], rows: usize) -> Result<ArrayRef> {
        let columns = self.arguments.open(given)?;
        let mut builder = self.returns.builder(rows);
        match nulls(given, rows) {
            None => {
                for row in 0..rows {
                    let value = A::row(&columns, row).and_then(&self.body);
                    self.returns.write(&mut builder, value)?;
                }
            }
            Some(nulls) => {
                for (row, valid) in nulls.iter().enumerate() {
                    let value = if valid { A::row(&columns, row).and_then(&self.body) } else { None };
                    self.returns.write(&mut builder, value)?;
                }
            }
        }
        self.returns.finish(builder)
    }
}

impl<A, R, F> ScalarUDFImpl for DomainScalar<A, R, F>
where
    A: Arguments,
    R: Returns,
    F: for<'a> Fn(A::Row<'a>) -> Option<R::Value> + Send + Sync + 'static,
{
    fn name(&self) -> &str {
        self.about.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        coerced(&self.usage, &self.arguments.parameters(), given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.data_type())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let given = args.args.iter().map(Given::new).collect::<Result<Vec<_>>>()?;
        if args.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_))) {
            let answer = self.answers(&given, 1)?;
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?));
        }
        Ok(ColumnarValue::Array(self.answers(&given, args.number_rows)?))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

impl<A, R, F> fmt::Debug for DomainScalar<A, R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.usage)
    }
}

// A session has one function of a name, so the name is its identity.
impl<A, R, F> PartialEq for DomainScalar<A, R, F> {
    fn eq(&self, other: &Self) -> bool {
        self.about.name == other.about.name
    }
}

impl<A, R, F> Eq for DomainScalar<A, R, F> {}

impl<A, R, F> Hash for DomainScalar<A, R, F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.about.name.hash(state);
    }
}
