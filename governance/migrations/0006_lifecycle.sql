-- The life of contract versions. What was there before is in force since it was registered.
ALTER TABLE contract_versions ADD COLUMN needs_review BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contract_versions ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contract_versions ADD COLUMN accepted_at_us BIGINT;
ALTER TABLE contract_versions ADD COLUMN sunset_us BIGINT;

UPDATE contract_versions SET accepted_at_us = registered_at_us;

-- What happened to a version. `concerns` is a JSON list of consumers.
CREATE TABLE version_events (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    version TEXT NOT NULL,
    number BIGINT NOT NULL,
    transition TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    sunset_us BIGINT,
    concerns TEXT NOT NULL,
    PRIMARY KEY (domain, port, version, number),
    FOREIGN KEY (domain, port, version) REFERENCES contract_versions (domain, port, version)
);

-- Consumers who know that a major ends.
CREATE TABLE acknowledgements (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    consumer TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (domain, port, major, consumer),
    FOREIGN KEY (domain, port) REFERENCES ports (domain, port)
);
