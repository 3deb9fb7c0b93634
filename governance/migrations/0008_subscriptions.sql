-- Webhooks. Times are microseconds since 1970-01-01 UTC. There are no secrets here: they are derived from governance's key.
CREATE TABLE subscriptions (
    number BIGINT NOT NULL PRIMARY KEY,
    principal TEXT NOT NULL,
    -- The roles that it was made with, as JSON: it sees what they may see.
    roles TEXT NOT NULL,
    -- Under which the request may be repeated, and the request, which must then be the same.
    request_key TEXT,
    request TEXT NOT NULL,
    created_at_us BIGINT NOT NULL,
    expires_at_us BIGINT NOT NULL,
    -- Number of the last event that was delivered, or was none for this subscription.
    delivered BIGINT NOT NULL,
    -- How often the next one was tried, and when it may be tried again.
    attempts BIGINT NOT NULL,
    next_attempt_us BIGINT NOT NULL,
    -- Why there is nothing delivered any more; null while there is.
    ended TEXT
);

CREATE UNIQUE INDEX subscriptions_by_key ON subscriptions (principal, request_key);
