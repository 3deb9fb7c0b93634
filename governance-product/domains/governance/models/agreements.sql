-- Agreements as governance lists them.
SELECT
    id AS agreement_id,
    port,
    major,
    principal,
    purposes,
    "columns",
    classification,
    needs_governance,
    status,
    until AS asked_until,
    starts AS starts_at,
    expires AS expires_at,
    requested_at,
    revision
FROM input.agreements
