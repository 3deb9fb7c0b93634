-- Loans by borrower, against the deposits that the borrower pledged, with the expected loss of IFRS 9.
WITH pledges AS (
    -- Only deposits in the currency of the loans: others would bear the risk of the exchange rate.
    SELECT holder_id, sum(pledged_amount) AS pledged
    FROM input.deposits_accounts
    WHERE currency = 'USD'
    GROUP BY holder_id
),
borrowers AS (
    SELECT
        borrower.borrower_id,
        count(*) AS loan_count,
        sum(loan.balance) AS gross_carrying_amount,
        CAST(max(coalesce(loan.days_past_due_min, 0)) AS INT) AS days_past_due,
        bool_or(loan.loan_status = 'Charged Off') AS defaulted,
        -- Late by 90 days on another debt within the year: risk has increased although this loan is paid.
        bool_or(coalesce(loan.months_since_90d_late <= 12, false)) AS increased_risk,
        max(parameters.probability_of_default) AS probability_of_default_12m,
        -- The loans are a few months old: what is left of them is taken as their whole term.
        max(cumulative_default_probability(parameters.probability_of_default, loan.term))
            AS probability_of_default_lifetime,
        max(parameters.loss_given_default) AS loss_given_default
    FROM lending.loans AS loan
    LEFT JOIN input.loan_borrowers AS borrower ON borrower.loan_id = loan.loan_id
    LEFT JOIN input.risk_parameters AS parameters ON parameters.grade = loan.grade
    WHERE loan.balance > 0 OR loan.loan_status = 'Charged Off'
    GROUP BY borrower.borrower_id
),
staged AS (
    SELECT
        *,
        CAST(ifrs9_stage(days_past_due, defaulted, increased_risk) AS INT) AS stage,
        CAST(least(coalesce(pledged, 0), gross_carrying_amount) AS DECIMAL(18, 2)) AS collateral_deposits
    FROM borrowers
    LEFT JOIN pledges ON pledges.holder_id = borrowers.borrower_id
),
exposures AS (
    SELECT
        borrower_id,
        loan_count,
        gross_carrying_amount,
        days_past_due,
        defaulted,
        stage,
        CASE stage WHEN 3 THEN 100 ELSE probability_of_default_12m END AS probability_of_default_12m,
        CASE stage WHEN 3 THEN 100 ELSE probability_of_default_lifetime END AS probability_of_default_lifetime,
        loss_given_default,
        collateral_deposits,
        gross_carrying_amount - collateral_deposits AS exposure_at_default
    FROM staged
),
losses AS (
    SELECT
        *,
        CAST(
            expected_loss(probability_of_default_12m, loss_given_default, exposure_at_default) AS DECIMAL(18, 2)
        ) AS expected_credit_loss_12m,
        CAST(
            expected_loss(probability_of_default_lifetime, loss_given_default, exposure_at_default) AS DECIMAL(18, 2)
        ) AS expected_credit_loss_lifetime
    FROM exposures
)
SELECT
    borrower_id,
    CAST(loan_count AS INT) AS loan_count,
    CAST(gross_carrying_amount AS DECIMAL(18, 2)) AS gross_carrying_amount,
    days_past_due,
    defaulted,
    stage,
    CAST(probability_of_default_12m AS DECIMAL(9, 6)) AS probability_of_default_12m,
    CAST(probability_of_default_lifetime AS DECIMAL(9, 6)) AS probability_of_default_lifetime,
    loss_given_default,
    collateral_deposits,
    CAST(exposure_at_default AS DECIMAL(18, 2)) AS exposure_at_default,
    expected_credit_loss_12m,
    expected_credit_loss_lifetime,
    CASE stage WHEN 1 THEN expected_credit_loss_12m ELSE expected_credit_loss_lifetime END AS loss_allowance,
    'USD' AS currency
FROM losses
