-- What happened, in the order in which it was committed: the outbox that event streams, webhooks and the search index read.
-- Times are microseconds since 1970-01-01 UTC.

-- Number of the last event. Whoever appends holds this row until the commit, so that no event is seen before a lower one.
CREATE TABLE event_head (
    last BIGINT NOT NULL
);

INSERT INTO event_head (last) VALUES (0);

CREATE TABLE events (
    sequence BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    domain TEXT NOT NULL,
    port TEXT,
    rule TEXT,
    -- The principal who may see it beside the domain's owners and governance; null: whoever may know the port.
    private_to TEXT,
    detail TEXT NOT NULL
);

-- Runs of ports, from the events that products tell. A run that has ended never changes.
CREATE TABLE port_runs (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    run TEXT NOT NULL,
    state TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    snapshot TEXT,
    PRIMARY KEY (domain, port, major, run)
);

CREATE INDEX port_runs_by_time ON port_runs (domain, port, major, at_us);

-- What each run found of each rule of its contract.
CREATE TABLE quality_results (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    run TEXT NOT NULL,
    rule TEXT NOT NULL,
    held BIGINT NOT NULL,
    severity TEXT NOT NULL,
    column_name TEXT,
    description TEXT,
    expected TEXT,
    actual TEXT,
    PRIMARY KEY (domain, port, major, run, rule)
);

CREATE INDEX quality_results_by_time ON quality_results (domain, port, major, at_us, run, rule);
CREATE INDEX quality_results_by_rule ON quality_results (domain, port, major, rule, at_us);
