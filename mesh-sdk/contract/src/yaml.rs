//! YAML as a tree with places; hostile texts are refused here.

mod node;
mod read;

pub use node::Span;
pub(crate) use node::{Kind, Node};
pub(crate) use read::read;
