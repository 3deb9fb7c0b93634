-- Records as governance lists them.
SELECT
    sequence,
    "at" AS recorded_at,
    actor,
    action,
    subject,
    detail,
    previous AS previous_hash,
    hash
FROM input.audit
