-- One row an account that bears interest and a day of the month of the balance date, up to that day.
WITH bearing AS (
    SELECT
        account.account_id,
        account.account_kind,
        account.currency,
        account.ledger_balance,
        -- A fixed deposit bears what was agreed for its term, whatever the account says.
        coalesce(deposit.interest_rate, account.interest_rate) AS interest_rate,
        coalesce(deposit.day_count, account.day_count) AS day_count,
        -- The first day that bears interest, and the first one that does so no more.
        greatest(CAST(date_trunc('month', account.balance_date) AS DATE), account.opened_on) AS first_day,
        least(account.balance_date + 1, coalesce(deposit.maturity_date, account.balance_date + 1)) AS end_day
    FROM deposits.accounts AS account
    LEFT JOIN deposits.fixed_deposits AS deposit ON deposit.account_id = account.account_id
    WHERE account.account_kind IN ('savings', 'fixed_deposit') AND account.closed_on IS NULL
),
days AS (
    SELECT
        account_id,
        account_kind,
        currency,
        ledger_balance,
        interest_rate,
        day_count,
        CAST(unnest(generate_series(first_day, end_day - 1, INTERVAL '1 day')) AS DATE) AS accrual_date
    FROM bearing
    WHERE interest_rate > 0 AND first_day < end_day
),
movements AS (
    SELECT
        account_id,
        value_date,
        sum(amount) AS amount,
        sum(CASE WHEN bank_transaction_code = 'ACMT-MCOP-INTR' THEN amount ELSE 0 END) AS interest
    FROM deposits.transactions
    WHERE value_date >= (SELECT min(first_day) FROM bearing)
    GROUP BY account_id, value_date
),
balances AS (
    SELECT
        days.account_id,
        days.accrual_date,
        days.account_kind,
        days.currency,
        days.interest_rate,
        days.day_count,
        -- From the balance at the end backwards: without what counts later, and without the interest of the day itself.
        days.ledger_balance - coalesce(
            sum(CASE WHEN value_date > accrual_date THEN amount WHEN value_date = accrual_date THEN interest END), 0
        ) AS accrual_basis,
        coalesce(sum(CASE WHEN value_date = accrual_date THEN interest END), 0) AS capitalised_interest
    FROM days
    LEFT JOIN movements ON movements.account_id = days.account_id AND movements.value_date >= days.accrual_date
    GROUP BY
        days.account_id,
        days.accrual_date,
        days.account_kind,
        days.currency,
        days.interest_rate,
        days.day_count,
        days.ledger_balance
)
SELECT
    account_id,
    accrual_date,
    account_kind,
    currency,
    CAST(accrual_basis AS DECIMAL(18, 2)) AS accrual_basis,
    interest_rate,
    day_count,
    CAST(
        accrued_interest(
            CAST(accrual_basis AS DECIMAL(18, 2)), interest_rate, accrual_date, accrual_date + 1, day_count
        ) AS DECIMAL(18, 6)
    ) AS accrued_interest,
    CAST(capitalised_interest AS DECIMAL(18, 2)) AS capitalised_interest
FROM balances
