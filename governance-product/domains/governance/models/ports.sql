-- Major versions of ports as governance reports them, the last run's facts beside the port's.
SELECT
    port,
    major,
    split_part(port, '.', 1) AS domain,
    version AS contract_version,
    contract AS contract_id,
    status,
    description,
    owners,
    classification,
    registered_at,
    sunset AS sunset_at,
    endpoint,
    latency_s AS latency_seconds,
    published_at,
    last_run['run'] AS last_run,
    last_run['state'] AS last_run_state,
    last_run['at'] AS last_run_ended_at,
    last_run['snapshot'] AS last_run_snapshot,
    rules,
    rules_broken
FROM input.ports
