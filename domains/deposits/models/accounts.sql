-- Accounts as delivered, with the name and country of who holds them. An account without a known holder has neither, and
-- ends the run.
SELECT
    account_id,
    iban,
    holder_id,
    customer.name AS holder_name,
    customer.country AS holder_country,
    account_kind,
    currency,
    ledger_balance,
    available_balance,
    pledged_amount,
    overdraft_limit,
    insured_amount,
    interest_rate,
    day_count,
    opened_on,
    closed_on,
    status,
    balance_date
FROM input.core_accounts
LEFT JOIN input.core_customers AS customer ON customer.customer_id = holder_id
