-- Bank-wide rules. Times are microseconds since 1970-01-01 UTC.

-- Versions of a bank's own rules: stored once, never changed.
CREATE TABLE rule_sets (
    version BIGINT NOT NULL PRIMARY KEY,
    rules TEXT NOT NULL,
    note TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at_us BIGINT NOT NULL
);

-- Number of the last version, in the one row that whoever proposes one updates first.
CREATE TABLE rule_numbers (
    last BIGINT NOT NULL
);

INSERT INTO rule_numbers (last) VALUES (0);

-- The version at each stage, `warn` and `enforce`; none: only the rules that ship with the service.
CREATE TABLE rule_stages (
    stage TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    FOREIGN KEY (version) REFERENCES rule_sets (version)
);

-- What bank-wide rules were asked before the event, as JSON: history to try new rules on.
ALTER TABLE agreement_events ADD COLUMN question TEXT;

CREATE INDEX agreement_events_by_time ON agreement_events (at_us);
CREATE INDEX contract_versions_by_time ON contract_versions (registered_at_us);
