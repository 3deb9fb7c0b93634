-- Access agreements. Times are microseconds since 1970-01-01 UTC; lists are JSON.

-- Number of the last agreement, in the one row that whoever asks for access updates first.
CREATE TABLE agreement_numbers (
    last BIGINT NOT NULL
);

INSERT INTO agreement_numbers (last) VALUES (0);

CREATE TABLE agreements (
    number BIGINT NOT NULL PRIMARY KEY,
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    major BIGINT NOT NULL,
    principal TEXT NOT NULL,
    -- Under which the request may be repeated.
    request_key TEXT,
    -- As it was asked for: what is repeated under the key must be the same.
    request TEXT NOT NULL,
    purposes TEXT NOT NULL,
    -- Null: all.
    wanted_columns TEXT,
    -- Null until it is granted.
    granted_columns TEXT,
    classification TEXT NOT NULL,
    needs_governance BIGINT NOT NULL,
    status TEXT NOT NULL,
    -- Who approved in the present round.
    approved_by_owner TEXT,
    approved_by_governance TEXT,
    until_us BIGINT NOT NULL,
    starts_us BIGINT,
    expires_us BIGINT,
    requested_at_us BIGINT NOT NULL,
    -- Number of the last event.
    revision BIGINT NOT NULL,
    FOREIGN KEY (domain, port) REFERENCES ports (domain, port)
);

CREATE UNIQUE INDEX agreements_by_key ON agreements (principal, request_key);
CREATE INDEX agreements_by_principal ON agreements (principal, number);
CREATE INDEX agreements_by_domain ON agreements (domain, status, expires_us);

-- What happened to each agreement, in order.
CREATE TABLE agreement_events (
    agreement BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (agreement, number),
    FOREIGN KEY (agreement) REFERENCES agreements (number)
);

-- Moves with each change of what is granted over a domain's ports.
CREATE TABLE grant_revisions (
    domain TEXT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);
