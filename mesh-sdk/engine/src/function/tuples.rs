//! Tuples of named kinds, as a function's arguments and as the columns of a table that it gives.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{Field, Fields};
use datafusion::error::Result;

use super::kind::{Kind, Named};
use super::rows::{Arguments, Given, Parameter};
use super::table::Columns;

fn parameter<K: Kind>((name, kind, about): Named<K>) -> Parameter {
    Parameter {
        name,
        about,
        data_type: kind.data_type(),
        noun: kind.noun(),
        optional: K::OPTIONAL,
        accepts: Box::new(move |given| kind.accepts(given)),
    }
}

macro_rules! tuple {
    ($($kind:ident $at:tt),+) => {
        impl<$($kind: Kind),+> Arguments for ($(Named<$kind>,)+) {
            type Row<'a> = ($($kind::Read<'a>,)+);
            type Columns = ($($kind::Column,)+);

            fn parameters(&self) -> Vec<Parameter> {
                vec![$(parameter(self.$at)),+]
            }

            fn open(&self, given: &[Given]) -> Result<Self::Columns> {
                Ok(($(self.$at.1.open(given.get($at))?,)+))
            }

            fn row(columns: &Self::Columns, row: usize) -> Option<Self::Row<'_>> {
                Some(($($kind::read(&columns.$at, row)?,)+))
            }
        }

        impl<$($kind: Kind),+> Columns for ($(Named<$kind>,)+) {
            type Row = ($($kind::Written,)+);
            type Builders = ($($kind::Builder,)+);

            fn fields(&self) -> Fields {
                Fields::from(vec![$(Arc::new(Field::new(self.$at.0, self.$at.1.data_type(), true))),+])
            }

            fn builders(&self, rows: usize) -> Self::Builders {
                ($(self.$at.1.builder(rows),)+)
            }

            fn write(&self, builders: &mut Self::Builders, row: Self::Row) -> Result<()> {
                $(self.$at.1.write(&mut builders.$at, Some(row.$at))?;)+
                Ok(())
            }

            fn finish(&self, builders: Self::Builders) -> Result<Vec<ArrayRef>> {
                Ok(vec![$(self.$at.1.finish(builders.$at)?),+])
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
