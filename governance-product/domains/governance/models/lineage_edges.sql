-- Edges as governance reports them, both ends flat.
SELECT
    id AS edge_id,
    kind,
    "from"['kind'] AS source_kind,
    "from"['namespace'] AS source_namespace,
    "from"['name'] AS source_name,
    "from"['column'] AS source_column,
    "to"['kind'] AS target_kind,
    "to"['namespace'] AS target_namespace,
    "to"['name'] AS target_name,
    "to"['column'] AS target_column,
    job,
    ways AS transformations,
    since,
    last_read AS last_read_on
FROM input.lineage_edges
