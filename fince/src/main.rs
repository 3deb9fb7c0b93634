//! The FinCe binary.
fn main() {}
