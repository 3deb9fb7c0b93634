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
