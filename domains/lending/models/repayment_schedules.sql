-- One row a loan and month of its annuity; the first installment is due in the month after payout.
SELECT
    loan_id,
    installment['period'] AS period,
    make_date(
        CAST((month_of_payout + installment['period']) / 12 AS INT),
        CAST((month_of_payout + installment['period']) % 12 + 1 AS INT),
        1
    ) AS due_month,
    installment['opening_balance'] AS opening_balance,
    installment['interest'] AS interest,
    installment['principal'] AS principal,
    installment['closing_balance'] AS closing_balance,
    currency
FROM (
    SELECT
        loan_id,
        currency,
        -- Months since year 0, counted from 0, so that adding a period carries into the next year.
        CAST(date_part('year', issue_month) * 12 + date_part('month', issue_month) - 1 AS INT) AS month_of_payout,
        unnest(amortization_schedule(loan_amount, interest_rate, term)) AS installment
    FROM lending.loans
) AS installments
