//! What a domain team links: a data product from manifest, contracts, SQL and a few functions.
