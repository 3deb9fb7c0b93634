-- Policies as delivered, with what of the premium is earned on the day of the delivery.
SELECT
    policy_id,
    policyholder_id,
    line_of_business,
    state,
    industry,
    cover_start,
    cover_end,
    sum_insured,
    deductible,
    written_premium,
    CAST(earned_premium(written_premium, cover_start, cover_end, valuation_date) AS DECIMAL(18, 2)) AS earned_premium,
    valuation_date AS earned_as_of,
    'USD' AS currency
FROM input.policy_register
