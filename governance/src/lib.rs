//! The federated governance service: registry, gate and catalog.
