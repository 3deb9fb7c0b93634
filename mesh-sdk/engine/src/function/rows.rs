//! The rows of a batch, read from typed columns.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;

use super::kind::Kind;

/// A function's arguments: a tuple of `(name, kind, meaning)`.
pub trait Arguments: Send + Sync + 'static {
    /// One row, none of whose values is null: a tuple of the kinds' values.
    type Row<'a>;
    /// The columns of a batch.
    #[doc(hidden)]
    type Columns: Send + Sync;

    #[doc(hidden)]
    fn parameters(&self) -> Vec<Parameter>;

    /// # Errors
    /// When an argument is missing or cannot be converted.
    #[doc(hidden)]
    fn open(&self, given: &[Given]) -> Result<Self::Columns>;

    #[doc(hidden)]
    fn row(columns: &Self::Columns, row: usize) -> Option<Self::Row<'_>>;
}

/// An argument, for planning and for the documentation.
#[doc(hidden)]
pub struct Parameter {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) data_type: DataType,
    pub(super) noun: &'static str,
    pub(super) optional: bool,
    pub(super) accepts: Box<dyn Fn(&DataType) -> bool + Send + Sync>,
}

/// One argument's values: one a row, or one for all rows.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Given {
    array: ArrayRef,
    constant: bool,
}

impl Given {
    pub(super) fn column(array: &ArrayRef) -> Self {
        Self { array: ArrayRef::clone(array), constant: false }
    }

    /// # Errors
    /// When a constant makes no array.
    pub(super) fn new(value: &ColumnarValue) -> Result<Self> {
        match value {
            ColumnarValue::Array(array) => Ok(Self::column(array)),
            ColumnarValue::Scalar(scalar) => Ok(Self { array: scalar.to_array_of_size(1)?, constant: true }),
        }
    }
}

/// The rows in which some argument is null; `None` when there are none.
pub(super) fn nulls(given: &[Given], rows: usize) -> Option<NullBuffer> {
    let mut nulls = None;
    for given in given {
        let own = given.array.logical_nulls();
        if !given.constant {
            nulls = NullBuffer::union(nulls.as_ref(), own.as_ref());
        } else if own.is_some_and(|own| own.null_count() > 0) {
            return Some(NullBuffer::new_null(rows));
        }
    }
    nulls.filter(|nulls| nulls.null_count() > 0)
}

/// A column of a known type.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Typed<K, T> {
    pub(super) kind: K,
    pub(super) array: T,
    /// All ones; zero when one value stands for all rows.
    mask: usize,
}

impl<K: Kind, T: Clone> Typed<K, T> {
    pub(super) fn open(kind: K, given: Option<&Given>, typed: impl Fn(&ArrayRef) -> Option<&T>) -> Result<Self> {
        let wrong = || DataFusionError::Internal(format!("{} was announced and another type came", kind.noun()));
        let given = given.ok_or_else(wrong)?;
        let mask = if given.constant { 0 } else { usize::MAX };
        let wanted = kind.data_type();
        let array = if *given.array.data_type() == wanted {
            typed(&given.array).cloned()
        } else {
            typed(&cast(&given.array, &wanted)?).cloned()
        };
        Ok(Self { kind, array: array.ok_or_else(wrong)?, mask })
    }

    pub(super) fn at(&self, row: usize) -> usize {
        row & self.mask
    }
}
