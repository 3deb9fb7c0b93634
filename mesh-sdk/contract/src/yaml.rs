//! YAML as a tree with places; hostile texts are refused here.

mod node;
mod read;

pub(crate) use node::Node;
pub use node::Span;
pub(crate) use read::read;
