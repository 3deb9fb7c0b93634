-- The loan book as delivered, with money in cents and the status as days past due.
SELECT
    loan_id,
    nullif(trim(emp_title), '') AS emp_title,
    emp_length,
    state,
    homeownership,
    annual_income,
    verified_income,
    debt_to_income,
    annual_income_joint,
    debt_to_income_joint,
    delinq_2y,
    months_since_last_delinq,
    earliest_credit_line,
    inquiries_last_12m,
    total_credit_lines,
    open_credit_lines,
    total_credit_limit,
    total_credit_utilized,
    num_collections_last_12m,
    num_historical_failed_to_pay,
    months_since_90d_late,
    num_mort_accounts,
    account_never_delinq_percent,
    tax_liens,
    public_record_bankrupt,
    loan_purpose,
    application_type,
    loan_amount,
    'USD' AS currency,
    term,
    interest_rate,
    installment,
    grade,
    sub_grade,
    issue_month,
    loan_status,
    -- The source states ranges; the lower end is what is certain.
    CAST(
        CASE loan_status
            WHEN 'Current' THEN 0
            WHEN 'Fully Paid' THEN 0
            WHEN 'In Grace Period' THEN 1
            WHEN 'Late (16-30 days)' THEN 16
            WHEN 'Late (31-120 days)' THEN 31
        END AS INT
    ) AS days_past_due_min,
    initial_listing_status,
    disbursement_method,
    balance,
    -- The source computes these two in fractions of a cent; a cast of decimals rounds half up.
    CAST(paid_total AS DECIMAL(18, 2)) AS paid_total,
    paid_principal,
    paid_interest,
    CAST(paid_late_fees AS DECIMAL(18, 2)) AS paid_late_fees
FROM input.lending_club_loans
