-- Positions at the latest price of each instrument, in euros at the rate of the day.
WITH latest AS (
    SELECT isin, price, priced_at
    FROM (
        SELECT
            isin,
            price,
            priced_at,
            row_number() OVER (PARTITION BY isin ORDER BY priced_at DESC) AS age
        FROM investing.prices
    ) AS ranked
    WHERE age = 1
),
valuation AS (
    SELECT CAST(max(priced_at) AS DATE) AS valuation_date FROM latest
),
rates AS (
    -- The rate whose days enclose the day of valuation: on weekends and holidays the one fixed before.
    SELECT rate.currency, rate.rate_per_eur, rate.rate_date
    FROM investing.fx_rates AS rate
    INNER JOIN valuation ON valuation.valuation_date BETWEEN rate.rate_date AND rate.valid_until
    UNION ALL
    SELECT 'EUR' AS currency, CAST(1 AS DECIMAL(18, 6)) AS rate_per_eur, valuation_date AS rate_date FROM valuation
),
valued AS (
    SELECT
        position.portfolio_id,
        position.isin,
        valuation.valuation_date,
        position.quantity,
        latest.price,
        latest.priced_at,
        position.currency,
        rates.rate_per_eur,
        rates.rate_date,
        CAST(
            CASE instrument.quotation
                WHEN 'percent' THEN
                    CAST(position.quantity * latest.price AS DECIMAL(28, 6)) / CAST(100 AS DECIMAL(3, 0))
                ELSE CAST(position.quantity * latest.price AS DECIMAL(28, 6))
            END AS DECIMAL(18, 2)
        ) AS market_value,
        CAST(
            CASE
                WHEN instrument.instrument_kind <> 'bond' THEN 0
                ELSE
                    -- Per hundred of the nominal amount.
                    position.quantity * CAST(
                        bond_accrued_interest(
                            valuation.valuation_date,
                            instrument.maturity_date,
                            instrument.coupon_rate,
                            instrument.coupon_frequency,
                            instrument.day_count
                        ) AS DECIMAL(16, 10)
                    ) / CAST(100 AS DECIMAL(3, 0))
            END AS DECIMAL(18, 2)
        ) AS accrued_interest,
        position.book_cost_eur
    FROM investing.positions AS position
    CROSS JOIN valuation
    LEFT JOIN investing.instruments AS instrument ON instrument.isin = position.isin
    LEFT JOIN latest ON latest.isin = position.isin
    LEFT JOIN rates ON rates.currency = position.currency
),
converted AS (
    SELECT
        *,
        CAST(CAST(market_value AS DECIMAL(20, 6)) / rate_per_eur AS DECIMAL(18, 2)) AS market_value_eur,
        CAST(CAST(accrued_interest AS DECIMAL(20, 6)) / rate_per_eur AS DECIMAL(18, 2)) AS accrued_interest_eur
    FROM valued
)
SELECT
    portfolio_id,
    isin,
    valuation_date,
    quantity,
    price,
    priced_at,
    currency,
    rate_per_eur,
    rate_date,
    market_value,
    accrued_interest,
    market_value_eur,
    accrued_interest_eur,
    book_cost_eur,
    CAST(market_value_eur - book_cost_eur AS DECIMAL(18, 2)) AS unrealised_pnl_eur
FROM converted
