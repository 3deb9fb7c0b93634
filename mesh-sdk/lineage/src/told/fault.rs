//! Why an event cannot be taken.

/// Why an event cannot be taken: a place in it, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{place}` {fault}")]
pub struct ToldError {
    /// Keys from the top, such as `inputs[3].name`.
    pub place: String,
    /// What is wrong there.
    pub fault: String,
}

impl ToldError {
    pub(crate) fn new(place: impl Into<String>, fault: impl Into<String>) -> Self {
        Self { place: place.into(), fault: fault.into() }
    }
}
