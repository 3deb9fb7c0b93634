-- Prices as delivered.
SELECT
    isin,
    priced_at,
    price,
    currency,
    source
FROM input.end_of_day_prices
