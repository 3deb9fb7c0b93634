-- Results as governance reports them, in the order in which it heard of their runs.
SELECT
    port,
    major,
    run,
    rule,
    held,
    severity,
    "column" AS column_name,
    description,
    expected,
    actual,
    "at" AS ended_at,
    heard
FROM input.quality_results
