-- The audit trail. Records are appended and never changed; each holds the hash of the one before it.
CREATE TABLE audit_records (
    sequence BIGINT NOT NULL PRIMARY KEY,
    at_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- The newest record, in the one row that whoever appends updates first: so they queue, and the chain never forks.
CREATE TABLE audit_head (
    chain BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO audit_head (chain, sequence, hash)
VALUES (1, 0, 'sha256:0000000000000000000000000000000000000000000000000000000000000000');

-- Sealed statements of which record was the newest at a time.
CREATE TABLE audit_checkpoints (
    sequence BIGINT NOT NULL PRIMARY KEY,
    at_us BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL
);
