//! A domain function among SQL's functions.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Int32Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::output::{self, arrow_type, list_type};
use super::{Arguments, Decimal, Kind, Named};

type ScalarBody = dyn Fn(Arguments<'_>) -> Option<Decimal> + Send + Sync;
type TableBody = dyn Fn(Arguments<'_>) -> Option<Vec<Vec<Decimal>>> + Send + Sync;

enum Body {
    Scalar { returns: Kind, body: Box<ScalarBody> },
    Table { columns: Vec<Named>, body: Box<TableBody> },
}

pub(super) struct DomainFunction {
    name: &'static str,
    arguments: Vec<Named>,
    signature: Signature,
    body: Body,
}

impl DomainFunction {
    pub(super) fn scalar(
        name: &'static str,
        arguments: &[Named],
        returns: Kind,
        body: impl Fn(Arguments<'_>) -> Option<Decimal> + Send + Sync + 'static,
    ) -> Arc<ScalarUDF> {
        Self::udf(name, arguments, Body::Scalar { returns, body: Box::new(body) })
    }

    pub(super) fn table(
        name: &'static str,
        arguments: &[Named],
        columns: &[Named],
        body: impl Fn(Arguments<'_>) -> Option<Vec<Vec<Decimal>>> + Send + Sync + 'static,
    ) -> Arc<ScalarUDF> {
        Self::udf(name, arguments, Body::Table { columns: columns.to_vec(), body: Box::new(body) })
    }

    fn udf(name: &'static str, arguments: &[Named], body: Body) -> Arc<ScalarUDF> {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(ScalarUDF::from(Self { name, arguments: arguments.to_vec(), signature, body }))
    }

    /// `annuity_payment(principal, annual_rate_percent, months)`
    fn usage(&self) -> String {
        let names: Vec<&str> = self.arguments.iter().map(|(name, _)| *name).collect();
        format!("{}({})", self.name, names.join(", "))
    }
}

impl ScalarUDFImpl for DomainFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() != self.arguments.len() {
            return Err(DataFusionError::Plan(format!(
                "`{}` takes {} arguments, and {} were given",
                self.usage(),
                self.arguments.len(),
                given.len()
            )));
        }
        for ((name, _), data_type) in self.arguments.iter().zip(given) {
            if !data_type.is_numeric() && !data_type.is_null() {
                return Err(DataFusionError::Plan(format!(
                    "`{name}` of `{}` is a number, and `{data_type}` was given",
                    self.usage()
                )));
            }
        }
        Ok(self.arguments.iter().map(|(_, kind)| arrow_type(*kind)).collect())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match &self.body {
            Body::Scalar { returns, .. } => arrow_type(*returns),
            Body::Table { columns, .. } => list_type(columns),
        })
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let columns = ColumnarValue::values_to_arrays(&args.args)?
            .into_iter()
            .zip(&self.arguments)
            .map(|(column, (_, kind))| Column::new(&column, *kind))
            .collect::<Result<Vec<_>>>()?;
        let array = match &self.body {
            Body::Scalar { returns, body } => output::values(*returns, each_row(&columns, rows, body))?,
            Body::Table { columns: names, body } => output::lists(names, each_row(&columns, rows, body))?,
        };
        Ok(ColumnarValue::Array(array))
    }
}

/// One answer a row; null when an argument is null.
fn each_row<'a, T>(
    columns: &'a [Column],
    rows: usize,
    body: impl Fn(Arguments<'_>) -> Option<T> + 'a,
) -> impl Iterator<Item = Option<T>> + 'a {
    let mut arguments = Vec::with_capacity(columns.len());
    (0..rows).map(move |row| {
        arguments.clear();
        arguments.extend(columns.iter().map_while(|column| column.value(row)));
        if arguments.len() == columns.len() { body(Arguments(&arguments)) } else { None }
    })
}

/// One argument's values, read as decimals.
struct Column {
    values: ArrayRef,
    scale: Option<u32>,
}

impl Column {
    fn new(values: &ArrayRef, kind: Kind) -> Result<Self> {
        let scale = match kind {
            Kind::Integer => None,
            Kind::Decimal { scale, .. } => Some(u32::from(scale)),
        };
        Ok(Self { values: cast(values, &arrow_type(kind))?, scale })
    }

    fn value(&self, row: usize) -> Option<Decimal> {
        if self.values.is_null(row) {
            return None;
        }
        match self.scale {
            None => Some(Decimal::from(self.values.as_primitive::<Int32Type>().value(row))),
            Some(scale) => {
                Decimal::try_from_i128_with_scale(self.values.as_primitive::<Decimal128Type>().value(row), scale).ok()
            }
        }
    }
}

impl std::fmt::Debug for DomainFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.usage())
    }
}

// A session has one function of a name, so the name is its identity.
impl PartialEq for DomainFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for DomainFunction {}

impl Hash for DomainFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
