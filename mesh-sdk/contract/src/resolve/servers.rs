//! Servers, and which keys each type of server takes.

use super::party::custom;
use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::Server;
use crate::raw::party::RawServer;
use crate::suggest::suggest;

/// What every server may say beside the keys of its type.
const SHARED: [&str; 4] = ["id", "description", "environment", "roles"];

/// The types of server that the standard knows: needed keys, then those that may be left out.
const KINDS: &[(&str, &[&str], &[&str])] = &[
    ("api", &["location"], &[]),
    ("athena", &["schema"], &["stagingDir", "catalog", "regionName", "workgroup"]),
    ("azure", &["location", "format"], &["delimiter"]),
    ("bigquery", &["project", "dataset"], &[]),
    ("clickhouse", &["host", "port", "database"], &[]),
    ("cloudsql", &["host", "port", "database", "schema"], &[]),
    ("custom", &[], CUSTOM),
    ("databricks", &["catalog", "schema"], &["host"]),
    ("db2", &["host", "port", "database"], &["schema"]),
    ("denodo", &["host", "port"], &["database"]),
    ("dremio", &["host", "port"], &["schema"]),
    ("duckdb", &["database"], &["schema"]),
    ("glue", &["account", "database"], &["location", "format"]),
    ("hive", &["host", "database"], &["port"]),
    ("impala", &["host", "database"], &["port"]),
    ("informix", &["host", "database"], &["port"]),
    ("kafka", &["host"], &["format"]),
    ("kinesis", &[], &["region", "format"]),
    ("local", &["path", "format"], &[]),
    ("mysql", &["host", "port", "database"], &[]),
    ("oracle", &["host", "port", "serviceName"], &[]),
    ("postgres", &["host", "port", "database", "schema"], &[]),
    ("postgresql", &["host", "port", "database", "schema"], &[]),
    ("presto", &["host"], &["catalog", "schema"]),
    ("pubsub", &["project"], &[]),
    ("redshift", &["database", "schema"], &["host", "region", "account"]),
    ("s3", &["location"], &["endpointUrl", "format", "delimiter"]),
    ("sftp", &["location"], &["format", "delimiter"]),
    ("snowflake", &["account", "database", "schema"], &["host", "port", "warehouse"]),
    ("sqlserver", &["host", "database", "schema"], &["port"]),
    ("synapse", &["host", "port", "database"], &[]),
    ("trino", &["host", "port", "catalog", "schema"], &[]),
    ("vertica", &["host", "port", "database", "schema"], &[]),
    ("zen", &["host", "database"], &["port"]),
];

/// Keys of a server of no known type.
const CUSTOM: &[&str] = &[
    "account",
    "catalog",
    "database",
    "dataset",
    "delimiter",
    "endpointUrl",
    "format",
    "host",
    "location",
    "path",
    "port",
    "project",
    "region",
    "regionName",
    "schema",
    "serviceName",
    "stagingDir",
    "stream",
    "warehouse",
];

pub(super) fn servers(raw: &[RawServer], pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<Server> {
    let mut servers: Vec<Server> = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        let pointer = pointer.item(index);
        let custom = custom(&item.custom_properties, &pointer.key("customProperties"), faults);
        if let Some(kind) = &item.kind {
            check_keys(kind, item, &pointer, faults);
        }
        let (Some(server), Some(kind)) = (item.server.clone(), item.kind.clone()) else { continue };
        if servers.iter().any(|known| known.server == server) {
            let message = format!("the server `{server}` stands twice");
            faults.error(codes::DUPLICATE_NAME, &pointer.key("server"), message);
        }
        let mut settings = item.settings.clone();
        // What the standard has no key for is read like a key.
        for (name, value) in custom {
            settings.entry(name).or_insert(value);
        }
        servers.push(Server { server, kind, settings });
    }
    servers
}

fn check_keys(kind: &str, raw: &RawServer, pointer: &Pointer, faults: &mut Faults<'_>) {
    let Some((_, needed, optional)) = KINDS.iter().find(|(name, ..)| *name == kind) else {
        let names: Vec<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
        let help = match suggest(kind, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "for example `local`, `s3`, `postgres`, `kafka`, or `custom` for what the standard does not list".into()
            }
        };
        faults.error(codes::UNKNOWN_WORD, &pointer.key("type"), format!("`{kind}` is not a type of server")).help(help);
        return;
    };
    for key in needed.iter().filter(|key| !raw.settings.contains_key(**key)) {
        faults.error(
            codes::MISSING_KEY,
            pointer,
            format!("the key `{key}` is missing: a server of type `{kind}` needs it"),
        );
    }
    let known: Vec<&str> = needed.iter().chain(*optional).chain(&SHARED).copied().collect();
    for key in raw.settings.keys().filter(|key| !known.contains(&key.as_str())) {
        let help = match suggest(key, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "settings beyond the standard belong under the server's `customProperties`".to_owned(),
        };
        let message = format!("a server of type `{kind}` has no key `{key}`");
        faults.key_error(codes::UNKNOWN_KEY, &pointer.key(key), message).help(help);
    }
}
