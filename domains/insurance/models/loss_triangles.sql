-- Payments and reserves of whole calendar years as triangles, and the chain ladder on both.
WITH movements AS (
    SELECT
        claim.line_of_business,
        CAST(date_part('year', claim.loss_date) AS INT) AS accident_year,
        CAST(date_part('year', movement.movement_date) AS INT) AS movement_year,
        (claim.medical_cost + claim.indemnity_cost) * movement.paid_share AS paid,
        (claim.medical_cost + claim.indemnity_cost) * (movement.paid_share + movement.reserve_change_share) AS incurred
    FROM input.claim_movements AS movement
    INNER JOIN insurance.claims AS claim ON claim.claim_id = movement.claim_id
),
newest AS (
    -- The last calendar year that is over: the one in which there are movements still runs until its last day.
    SELECT CAST(date_part('year', max(movement_date) + 1) - 1 AS INT) AS last_year FROM input.claim_movements
),
years AS (
    SELECT line_of_business, min(accident_year) AS first_year FROM movements GROUP BY line_of_business
),
cells AS (
    SELECT
        line_of_business,
        accident_year,
        CAST(unnest(generate_series(0, last_year - accident_year)) AS INT) AS development_year
    FROM (
        SELECT
            line_of_business,
            last_year,
            CAST(unnest(generate_series(first_year, last_year)) AS INT) AS accident_year
        FROM years
        CROSS JOIN newest
    ) AS accident_years
),
triangle AS (
    SELECT
        cells.line_of_business,
        cells.accident_year,
        cells.development_year,
        CAST(coalesce(sum(movements.paid), 0) AS DECIMAL(18, 2)) AS paid,
        CAST(coalesce(sum(movements.incurred), 0) AS DECIMAL(18, 2)) AS incurred
    FROM cells
    LEFT JOIN movements
        ON movements.line_of_business = cells.line_of_business
        AND movements.accident_year = cells.accident_year
        AND movements.movement_year <= cells.accident_year + cells.development_year
    GROUP BY cells.line_of_business, cells.accident_year, cells.development_year
),
ladders AS (
    SELECT
        line_of_business,
        chain_ladder(accident_year, development_year, paid) AS paid_rungs,
        chain_ladder(accident_year, development_year, incurred) AS incurred_rungs,
        chain_ladder_factors(accident_year, development_year, paid) AS paid_factors,
        chain_ladder_factors(accident_year, development_year, incurred) AS incurred_factors
    FROM triangle
    GROUP BY line_of_business
),
paid_ultimates AS (
    SELECT line_of_business, rung['origin'] AS accident_year, rung['ultimate'] AS ultimate
    FROM (SELECT line_of_business, unnest(paid_rungs) AS rung FROM ladders) AS rungs
),
incurred_ultimates AS (
    SELECT line_of_business, rung['origin'] AS accident_year, rung['ultimate'] AS ultimate, rung['ibnr'] AS ibnr
    FROM (SELECT line_of_business, unnest(incurred_rungs) AS rung FROM ladders) AS rungs
),
paid_steps AS (
    SELECT line_of_business, step['development'] AS development_year, step['age_to_age'] AS factor
    FROM (SELECT line_of_business, unnest(paid_factors) AS step FROM ladders) AS steps
),
incurred_steps AS (
    SELECT line_of_business, step['development'] AS development_year, step['age_to_age'] AS factor
    FROM (SELECT line_of_business, unnest(incurred_factors) AS step FROM ladders) AS steps
)
SELECT
    triangle.line_of_business,
    triangle.accident_year,
    triangle.development_year,
    triangle.paid,
    triangle.incurred,
    -- The last development year leads nowhere: it has no factors.
    CAST(paid_steps.factor AS DECIMAL(18, 10)) AS paid_factor,
    CAST(incurred_steps.factor AS DECIMAL(18, 10)) AS incurred_factor,
    CAST(paid_ultimates.ultimate AS DECIMAL(18, 2)) AS paid_ultimate,
    CAST(incurred_ultimates.ultimate AS DECIMAL(18, 2)) AS incurred_ultimate,
    CAST(incurred_ultimates.ibnr AS DECIMAL(18, 2)) AS ibnr,
    'USD' AS currency
FROM triangle
LEFT JOIN paid_steps
    ON paid_steps.line_of_business = triangle.line_of_business
    AND paid_steps.development_year = triangle.development_year
LEFT JOIN incurred_steps
    ON incurred_steps.line_of_business = triangle.line_of_business
    AND incurred_steps.development_year = triangle.development_year
LEFT JOIN paid_ultimates
    ON paid_ultimates.line_of_business = triangle.line_of_business
    AND paid_ultimates.accident_year = triangle.accident_year
LEFT JOIN incurred_ultimates
    ON incurred_ultimates.line_of_business = triangle.line_of_business
    AND incurred_ultimates.accident_year = triangle.accident_year
