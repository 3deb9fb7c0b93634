//! Governance's request and response types, and its typed client.
