//! Arrow Flight SQL: the service, one file per command, and its client.
