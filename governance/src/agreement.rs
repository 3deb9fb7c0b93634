//! Access agreements: what may become of one, who decides, and what a request must be.

pub(crate) mod decider;
pub(crate) mod feed;
pub(crate) mod life;
pub(crate) mod terms;
pub(crate) mod wish;
