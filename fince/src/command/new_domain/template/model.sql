-- Entries with the sign that they have for the balance.
SELECT
  entry_id,
  booked_on,
  side,
  CAST(CASE WHEN side = 'debit' THEN -amount ELSE amount END AS DECIMAL(18, 2)) AS change,
  note
FROM input.entries
