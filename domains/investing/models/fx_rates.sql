-- The European Central Bank's table, turned: a row a currency and day of fixing. What was not quoted has no row.
WITH quoted AS (
    SELECT
        date,
        unnest(
            make_array(
                named_struct('currency', 'USD', 'rate', usd),
                named_struct('currency', 'JPY', 'rate', jpy),
                named_struct('currency', 'BGN', 'rate', bgn),
                named_struct('currency', 'CYP', 'rate', cyp),
                named_struct('currency', 'CZK', 'rate', czk),
                named_struct('currency', 'DKK', 'rate', dkk),
                named_struct('currency', 'EEK', 'rate', eek),
                named_struct('currency', 'GBP', 'rate', gbp),
                named_struct('currency', 'HUF', 'rate', huf),
                named_struct('currency', 'LTL', 'rate', ltl),
                named_struct('currency', 'LVL', 'rate', lvl),
                named_struct('currency', 'MTL', 'rate', mtl),
                named_struct('currency', 'PLN', 'rate', pln),
                named_struct('currency', 'ROL', 'rate', rol),
                named_struct('currency', 'RON', 'rate', ron),
                named_struct('currency', 'SEK', 'rate', sek),
                named_struct('currency', 'SIT', 'rate', sit),
                named_struct('currency', 'SKK', 'rate', skk),
                named_struct('currency', 'CHF', 'rate', chf),
                named_struct('currency', 'ISK', 'rate', isk),
                named_struct('currency', 'NOK', 'rate', nok),
                named_struct('currency', 'HRK', 'rate', hrk),
                named_struct('currency', 'RUB', 'rate', rub),
                named_struct('currency', 'TRL', 'rate', trl),
                named_struct('currency', 'TRY', 'rate', try),
                named_struct('currency', 'AUD', 'rate', aud),
                named_struct('currency', 'BRL', 'rate', brl),
                named_struct('currency', 'CAD', 'rate', cad),
                named_struct('currency', 'CNY', 'rate', cny),
                named_struct('currency', 'HKD', 'rate', hkd),
                named_struct('currency', 'IDR', 'rate', idr),
                named_struct('currency', 'ILS', 'rate', ils),
                named_struct('currency', 'INR', 'rate', inr),
                named_struct('currency', 'KRW', 'rate', krw),
                named_struct('currency', 'MXN', 'rate', mxn),
                named_struct('currency', 'MYR', 'rate', myr),
                named_struct('currency', 'NZD', 'rate', nzd),
                named_struct('currency', 'PHP', 'rate', php),
                named_struct('currency', 'SGD', 'rate', sgd),
                named_struct('currency', 'THB', 'rate', thb),
                named_struct('currency', 'ZAR', 'rate', zar)
            )
        ) AS quote
    FROM input.ecb_fx_rates
)
SELECT
    date AS rate_date,
    quote['currency'] AS currency,
    quote['rate'] AS rate_per_eur,
    -- A rate holds until the next one; a week is longer than any run of holidays, and ends currencies that are no more.
    least(
        lead(date) OVER (PARTITION BY quote['currency'] ORDER BY date) - 1,
        date + 7
    ) AS valid_until
FROM quoted
WHERE quote['rate'] IS NOT NULL
