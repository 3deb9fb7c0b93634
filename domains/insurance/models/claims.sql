-- What the study says of each claim, with policy, dates and payments from the registers.
WITH costs AS (
    SELECT
        claim_id,
        CAST(prewage AS DECIMAL(18, 2)) AS weekly_wage,
        CAST(benefit AS DECIMAL(18, 2)) AS weekly_benefit,
        CAST(totmed AS DECIMAL(18, 2)) AS medical_cost,
        CAST(CAST(benefit AS DECIMAL(18, 2)) * durat AS DECIMAL(18, 2)) AS indemnity_cost
    FROM input.workers_compensation_claims
),
developments AS (
    SELECT
        claim_id,
        CAST(sum(paid_share) AS DECIMAL(9, 6)) AS paid_share,
        CAST(sum(reserve_change_share) AS DECIMAL(9, 6)) AS reserve_share
    FROM input.claim_movements
    GROUP BY claim_id
),
amounts AS (
    SELECT
        costs.claim_id,
        weekly_wage,
        weekly_benefit,
        medical_cost,
        indemnity_cost,
        CAST((medical_cost + indemnity_cost) * coalesce(paid_share, 0) AS DECIMAL(18, 2)) AS paid,
        CAST((medical_cost + indemnity_cost) * coalesce(reserve_share, 0) AS DECIMAL(18, 2)) AS case_reserve
    FROM costs
    LEFT JOIN developments ON developments.claim_id = costs.claim_id
)
SELECT
    study.claim_id,
    register.policy_id,
    'workers_compensation' AS line_of_business,
    CASE study.ky WHEN 1 THEN 'KY' ELSE 'MI' END AS state,
    CASE study.indust WHEN 1 THEN 'manufacturing' WHEN 2 THEN 'construction' WHEN 3 THEN 'other' END AS industry,
    register.loss_date,
    register.report_date,
    CASE study.injtype
        WHEN 1 THEN 'head'
        WHEN 2 THEN 'neck'
        WHEN 3 THEN 'upper_extremities'
        WHEN 4 THEN 'trunk'
        WHEN 5 THEN 'low_back'
        WHEN 6 THEN 'lower_extremities'
        WHEN 7 THEN 'occupational_disease'
        WHEN 8 THEN 'other'
    END AS injury_type,
    study.hosp = 1 AS hospitalised,
    study.age,
    study.male = 1 AS male,
    study.married = 1 AS married,
    amounts.weekly_wage,
    amounts.weekly_benefit,
    study.durat AS duration_weeks,
    amounts.medical_cost,
    amounts.indemnity_cost,
    amounts.paid,
    amounts.case_reserve,
    CAST(amounts.paid + amounts.case_reserve AS DECIMAL(18, 2)) AS incurred,
    register.status,
    'USD' AS currency
FROM input.workers_compensation_claims AS study
INNER JOIN amounts ON amounts.claim_id = study.claim_id
LEFT JOIN input.claim_register AS register ON register.claim_id = study.claim_id
