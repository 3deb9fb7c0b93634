-- Terms as delivered.
SELECT
    account_id,
    principal,
    currency,
    interest_rate,
    day_count,
    start_date,
    maturity_date,
    compounding,
    maturity_instruction,
    early_withdrawal_penalty_days
FROM input.core_fixed_deposits
