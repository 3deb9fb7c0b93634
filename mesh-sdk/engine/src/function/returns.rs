//! What a function gives: one value of a kind, or a small table.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::kind::Kind;

/// A function's result: a kind, or [`super::table()`].
pub trait Returns: Send + Sync + 'static {
    /// What the closure gives.
    type Value;
    #[doc(hidden)]
    type Builder: Send;

    #[doc(hidden)]
    fn data_type(&self) -> DataType;

    #[doc(hidden)]
    fn builder(&self, rows: usize) -> Self::Builder;

    /// # Errors
    /// When the value does not fit the type.
    #[doc(hidden)]
    fn write(&self, builder: &mut Self::Builder, value: Option<Self::Value>) -> Result<()>;

    /// # Errors
    /// When the values make no array.
    #[doc(hidden)]
    fn finish(&self, builder: Self::Builder) -> Result<ArrayRef>;
}

impl<K: Kind> Returns for K {
    type Value = K::Written;
    type Builder = K::Builder;

    fn data_type(&self) -> DataType {
        Kind::data_type(*self)
    }

    fn builder(&self, rows: usize) -> Self::Builder {
        Kind::builder(*self, rows)
    }

    fn write(&self, builder: &mut Self::Builder, value: Option<Self::Value>) -> Result<()> {
        Kind::write(*self, builder, value)
    }

    fn finish(&self, builder: Self::Builder) -> Result<ArrayRef> {
        Kind::finish(*self, builder)
    }
}
