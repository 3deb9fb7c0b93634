//! Local disk that keeps what it acknowledged: file, then directory, are on disk before an answer is given.
//!
//! `LocalFileSystem` answers as soon as the kernel has the bytes, so three Delta commits can be gone after a power
//! loss. Here new objects are written beside their place, synced, linked into it, and the directory is synced; only
//! then is the caller told.

mod append;
mod disk;
mod store;
mod upload;

pub use append::AppendFile;
pub(crate) use disk::unfinished;
pub use disk::{Disk, write_file};
pub use store::DurableStore;
