-- The lineage graph. Long names are keys through 128 bits of their SHA-256: an index entry has a greatest length.

-- Counts the transactions that write lineage. Whoever writes updates this row first, so writers queue, and a reader who
-- knows a count knows every change up to it.
CREATE TABLE lineage_changes (
    graph BIGINT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL
);

INSERT INTO lineage_changes (graph, count) VALUES (1, 0);

CREATE TABLE lineage_datasets (
    id TEXT NOT NULL PRIMARY KEY,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL
);

-- `kind` says how a job is known: `job` by its runs, `dataset` by what was said of a dataset, `declared` by a manifest.
-- A job outside the mesh belongs to the principal that named it first. `changed_at_count` is the write that changed its
-- graph last.
CREATE TABLE lineage_jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    changed_at_count BIGINT NOT NULL
);

CREATE INDEX lineage_jobs_by_change ON lineage_jobs (changed_at_count);

-- What a job reads and writes, once for all runs that do the same. Never changed.
CREATE TABLE lineage_graphs (
    id TEXT NOT NULL PRIMARY KEY
);

-- `role` is `in`, `out` (what its columns depend on is known) or `whole` (it is not).
CREATE TABLE lineage_graph_datasets (
    graph_id TEXT NOT NULL,
    role TEXT NOT NULL,
    dataset_id TEXT NOT NULL,
    PRIMARY KEY (graph_id, role, dataset_id),
    FOREIGN KEY (graph_id) REFERENCES lineage_graphs (id),
    FOREIGN KEY (dataset_id) REFERENCES lineage_datasets (id)
);

-- An empty `output_column` stands for which rows there are.
CREATE TABLE lineage_graph_columns (
    graph_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    output_id TEXT NOT NULL,
    output_column TEXT NOT NULL,
    input_id TEXT NOT NULL,
    input_column TEXT NOT NULL,
    ways TEXT NOT NULL,
    PRIMARY KEY (graph_id, place),
    FOREIGN KEY (graph_id) REFERENCES lineage_graphs (id),
    FOREIGN KEY (output_id) REFERENCES lineage_datasets (id),
    FOREIGN KEY (input_id) REFERENCES lineage_datasets (id)
);

-- Which graph of a job holds from when until when: an edge is current where `to_us` is not set.
CREATE TABLE lineage_revisions (
    job_id TEXT NOT NULL,
    from_us BIGINT NOT NULL,
    to_us BIGINT,
    run_id TEXT NOT NULL,
    graph_id TEXT NOT NULL,
    PRIMARY KEY (job_id, from_us),
    FOREIGN KEY (job_id) REFERENCES lineage_jobs (id),
    FOREIGN KEY (graph_id) REFERENCES lineage_graphs (id)
);

-- `events` is what the run's events come to, in JSON; it is dropped after the retention, and the run takes no event then.
CREATE TABLE lineage_runs (
    job_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    state TEXT NOT NULL,
    began_at_us BIGINT NOT NULL,
    ended_at_us BIGINT,
    graph_id TEXT,
    events TEXT,
    heard_at_us BIGINT NOT NULL,
    PRIMARY KEY (run_id, job_id),
    FOREIGN KEY (job_id) REFERENCES lineage_jobs (id),
    FOREIGN KEY (graph_id) REFERENCES lineage_graphs (id)
);

CREATE INDEX lineage_runs_by_end ON lineage_runs (job_id, state, ended_at_us);
CREATE INDEX lineage_runs_by_hearing ON lineage_runs (heard_at_us);

-- Which snapshots a run read (`in`) and wrote (`out`).
CREATE TABLE lineage_run_versions (
    job_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    role TEXT NOT NULL,
    dataset_id TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (run_id, job_id, role, dataset_id),
    FOREIGN KEY (run_id, job_id) REFERENCES lineage_runs (run_id, job_id),
    FOREIGN KEY (dataset_id) REFERENCES lineage_datasets (id)
);

-- Events as they came, without white space, for the retention.
CREATE TABLE lineage_events (
    id TEXT NOT NULL PRIMARY KEY,
    job_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    heard_at_us BIGINT NOT NULL,
    heard_from TEXT NOT NULL,
    event TEXT NOT NULL
);

CREATE INDEX lineage_events_by_hearing ON lineage_events (heard_at_us);

-- Reads of ports, each counted once. Kept as long as the same read may be told again.
CREATE TABLE consumption_reads (
    domain TEXT NOT NULL,
    id TEXT NOT NULL,
    heard_at_us BIGINT NOT NULL,
    PRIMARY KEY (domain, id)
);

CREATE INDEX consumption_reads_by_hearing ON consumption_reads (heard_at_us);

-- Reads rolled up by day (days since 1970-01-01 UTC). No purpose is the empty one.
CREATE TABLE consumption_days (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    day BIGINT NOT NULL,
    principal TEXT NOT NULL,
    purpose TEXT NOT NULL,
    reads BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    PRIMARY KEY (domain, port, major, day, principal, purpose)
);

-- The last day on which somebody read a column. An empty column stands for a read that did not say which.
CREATE TABLE consumption_columns (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    principal TEXT NOT NULL,
    column_name TEXT NOT NULL,
    first_day BIGINT NOT NULL,
    last_day BIGINT NOT NULL,
    PRIMARY KEY (domain, port, major, principal, column_name)
);
