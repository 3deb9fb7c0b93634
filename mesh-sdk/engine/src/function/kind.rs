//! What a value of a function is, in SQL's types and in Rust's.

use std::fmt::Debug;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::rows::Given;

/// A name, a kind, and what it means with its unit: of an argument, or of a column in a table that a function gives.
pub type Named<K> = (&'static str, K, &'static str);

/// An argument's or a result's kind. The kinds are in this room; a domain names them and meets only their values.
pub trait Kind: Copy + Debug + Send + Sync + 'static {
    /// A value as a closure takes it.
    type Read<'a>;
    /// A value as a closure gives it.
    type Written;
    /// The values of a batch.
    #[doc(hidden)]
    type Column: Send + Sync;
    /// Values on their way into a batch.
    #[doc(hidden)]
    type Builder: Send;
    /// Whether an argument may be left out.
    #[doc(hidden)]
    const OPTIONAL: bool = false;

    /// Arrow's type.
    #[doc(hidden)]
    fn data_type(self) -> DataType;

    /// Whether a value of type `given` is taken and converted.
    #[doc(hidden)]
    fn accepts(self, given: &DataType) -> bool;

    /// `a number`
    #[doc(hidden)]
    fn noun(self) -> &'static str;

    /// # Errors
    /// When the argument is missing or cannot be converted.
    #[doc(hidden)]
    fn open(self, given: Option<&Given>) -> Result<Self::Column>;

    /// The value in a row that is not null.
    #[doc(hidden)]
    fn read(column: &Self::Column, row: usize) -> Option<Self::Read<'_>>;

    #[doc(hidden)]
    fn builder(self, rows: usize) -> Self::Builder;

    /// # Errors
    /// When the value does not fit the type.
    #[doc(hidden)]
    fn write(self, builder: &mut Self::Builder, value: Option<Self::Written>) -> Result<()>;

    /// # Errors
    /// When the values make no array.
    #[doc(hidden)]
    fn finish(self, builder: Self::Builder) -> Result<ArrayRef>;
}
