//! The emitter against real servers.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on must stop")]

mod emitter;
mod logs;
mod server;
