//! Whether a call's arguments are those that a function takes.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::types::NativeType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Coercion, Signature, TypeSignature, TypeSignatureClass, Volatility};

use super::rows::Parameter;

/// Conversions are [`coerced`]'s; the types that are listed besides are what `SHOW FUNCTIONS` knows of the arguments.
pub(super) fn signature(parameters: &[Parameter]) -> Signature {
    let listed = |parameter: &Parameter| {
        Coercion::new_exact(TypeSignatureClass::Native(Arc::new(NativeType::from(parameter.data_type.clone()))))
    };
    let shown = TypeSignature::Coercible(parameters.iter().map(listed).collect());
    Signature::new(TypeSignature::OneOf(vec![TypeSignature::UserDefined, shown]), Volatility::Immutable)
}

/// The types to which the arguments of a call are converted.
///
/// # Errors
/// When there are too few or too many, or one of a type that cannot be meant; `usage` shows the function's.
pub(super) fn coerced(usage: &str, parameters: &[Parameter], given: &[DataType]) -> Result<Vec<DataType>> {
    let required = parameters.iter().filter(|parameter| !parameter.optional).count();
    if given.len() < required || given.len() > parameters.len() {
        let number = if required == parameters.len() {
            required.to_string()
        } else {
            format!("{required} to {}", parameters.len())
        };
        return Err(DataFusionError::Plan(format!(
            "`{usage}` takes {number} arguments, and {} were given",
            given.len()
        )));
    }
    let taken = parameters.iter().zip(given);
    taken
        .map(|(parameter, given)| {
            if given.is_null() || (parameter.accepts)(given) {
                return Ok(parameter.data_type.clone());
            }
            let Parameter { name, noun, .. } = parameter;
            Err(DataFusionError::Plan(format!("`{name}` of `{usage}` is {noun}, and `{given}` was given")))
        })
        .collect()
}
