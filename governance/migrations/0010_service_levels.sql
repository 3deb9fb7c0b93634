-- Service levels as they were judged last, so that a change is news once. Times are microseconds since 1970-01-01 UTC.
CREATE TABLE service_levels (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    -- The property, with the column that it is measured on.
    level TEXT NOT NULL,
    kept BIGINT NOT NULL,
    since_us BIGINT NOT NULL,
    PRIMARY KEY (domain, port, major, level)
);

-- When the levels of a port are looked at again even if no run ends: time alone breaks some.
CREATE TABLE service_level_watch (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    due_us BIGINT NOT NULL,
    PRIMARY KEY (domain, port, major)
);

CREATE INDEX service_level_watch_by_time ON service_level_watch (due_us);

-- Whether the levels of its port were judged since the run ended. Whoever adds a run touches nothing else, so that nobody waits
-- for who judges.
ALTER TABLE port_runs ADD COLUMN judged BIGINT NOT NULL DEFAULT 0;

CREATE INDEX port_runs_by_judged ON port_runs (judged, domain, port, major);
