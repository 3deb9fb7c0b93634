//! YAML as a tree with places; hostile texts are refused here.

mod characters;
mod node;
mod plain;
mod read;
mod scalar;
mod tree;

pub use node::Span;
pub(crate) use node::{Kind, Node};
pub(crate) use read::read;
