//! Arguments that may be left out, and columns of a result that may be null.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::kind::Kind;
use super::rows::Given;

/// A value that need not be there.
#[derive(Clone, Copy, Debug)]
pub struct Optional<K>(K);

/// As an argument: one that may be left out at the end of a call, and is then `None`; null gives null all the same. As
/// a column of a table: one that may be null.
#[must_use]
pub const fn optional<K: Kind>(kind: K) -> Optional<K> {
    Optional(kind)
}

impl<K: Kind> Kind for Optional<K> {
    type Read<'a> = Option<K::Read<'a>>;
    type Written = Option<K::Written>;
    type Column = Option<K::Column>;
    type Builder = K::Builder;
    const OPTIONAL: bool = true;

    fn data_type(self) -> DataType {
        self.0.data_type()
    }

    fn accepts(self, given: &DataType) -> bool {
        self.0.accepts(given)
    }

    fn noun(self) -> &'static str {
        self.0.noun()
    }

    fn open(self, given: Option<&Given>) -> Result<Self::Column> {
        given.map(|given| self.0.open(Some(given))).transpose()
    }

    fn read(column: &Self::Column, row: usize) -> Option<Self::Read<'_>> {
        match column {
            None => Some(None),
            Some(column) => K::read(column, row).map(Some),
        }
    }

    fn builder(self, rows: usize) -> Self::Builder {
        self.0.builder(rows)
    }

    fn write(self, builder: &mut Self::Builder, value: Option<Self::Written>) -> Result<()> {
        self.0.write(builder, value.flatten())
    }

    fn finish(self, builder: Self::Builder) -> Result<ArrayRef> {
        self.0.finish(builder)
    }
}
