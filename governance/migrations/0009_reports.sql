-- The write of lineage that brought a run in (`lineage_changes`): whoever has read up to a count misses nothing before it.
-- Runs that were there before have the first.
ALTER TABLE port_runs ADD COLUMN heard_at_count BIGINT NOT NULL DEFAULT 0;

CREATE INDEX port_runs_by_hearing ON port_runs (heard_at_count, domain, port, major, run);
