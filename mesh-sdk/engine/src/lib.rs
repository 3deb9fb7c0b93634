//! Sources, SQL models, checks, publishing to Delta and governed reads.
