//! Tables of a real PostgreSQL under input contracts. The server is the one that `FINCE_TEST_POSTGRES_URL` names, as
//! `cargo xtask test` starts it; without one these tests have nothing to read.

mod drafts;
mod failures;
mod ground;
mod increments;
mod types;
mod wire;
