-- What is left of all trades, and what it has cost.
WITH rates AS (
    -- A row for each day that a rate is for, so that weekends and holidays find theirs.
    SELECT
        currency,
        rate_per_eur,
        CAST(unnest(generate_series(rate_date, valid_until, INTERVAL '1 day')) AS DATE) AS day
    FROM investing.fx_rates
),
amounts AS (
    SELECT
        trade.portfolio_id,
        trade.isin,
        trade.currency,
        trade.traded_at,
        CASE trade.side WHEN 'BUY' THEN trade.quantity ELSE -trade.quantity END AS moved,
        CASE trade.side WHEN 'BUY' THEN trade.quantity ELSE 0 END AS bought,
        CASE
            WHEN trade.side = 'SELL' THEN 0
            -- Bonds are quoted in percent of the nominal amount.
            WHEN instrument.quotation = 'percent' THEN
                CAST(trade.quantity * trade.price AS DECIMAL(28, 6)) / CAST(100 AS DECIMAL(3, 0))
            ELSE CAST(trade.quantity * trade.price AS DECIMAL(28, 6))
        END AS paid,
        CASE trade.currency WHEN 'EUR' THEN 1 ELSE rates.rate_per_eur END AS rate_per_eur
    FROM investing.trades AS trade
    LEFT JOIN investing.instruments AS instrument ON instrument.isin = trade.isin
    LEFT JOIN rates ON rates.currency = trade.currency AND rates.day = CAST(trade.traded_at AS DATE)
),
totals AS (
    SELECT
        portfolio_id,
        isin,
        currency,
        CAST(sum(moved) AS DECIMAL(18, 4)) AS quantity,
        CAST(sum(bought) AS DECIMAL(18, 4)) AS bought,
        CAST(sum(paid) AS DECIMAL(18, 4)) AS paid,
        CAST(sum(CAST(paid AS DECIMAL(24, 6)) / CAST(rate_per_eur AS DECIMAL(12, 6))) AS DECIMAL(18, 4)) AS paid_eur,
        -- A purchase on a day without rate would be missing from the sum, and nobody would see it.
        count(*) FILTER (WHERE rate_per_eur IS NULL) AS without_rate,
        max(traded_at) AS last_traded_at
    FROM amounts
    GROUP BY portfolio_id, isin, currency
)
SELECT
    portfolio_id,
    isin,
    quantity,
    currency,
    CAST(paid * quantity / bought AS DECIMAL(18, 2)) AS book_cost,
    CASE without_rate WHEN 0 THEN CAST(paid_eur * quantity / bought AS DECIMAL(18, 2)) END AS book_cost_eur,
    last_traded_at
FROM totals
WHERE quantity > 0
