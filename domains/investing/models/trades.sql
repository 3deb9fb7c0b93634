-- Trades as delivered.
SELECT
    trade_id,
    portfolio_id,
    isin,
    side,
    quantity,
    price,
    currency,
    traded_at,
    venue
FROM input.executed_trades
