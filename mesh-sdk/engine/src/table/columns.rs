//! The columns as a Delta table stores them: types of the contract, with the description as the column comment that
//! other Delta readers show. What else the contract says is added again when the table is read.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};

/// The stored form of a contract's schema.
pub(super) fn stored(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let comment = field.metadata().get("fince.description");
            let metadata = comment.map(|text| HashMap::from([("comment".to_owned(), text.clone())]));
            field.as_ref().clone().with_metadata(metadata.unwrap_or_default())
        })
        .collect();
    Arc::new(Schema::new(fields))
}
