-- Mortgage applications as delivered, with yes and no as booleans and ratios freed from the noise of single precision.
SELECT
    application_id,
    deny = 'yes' AS deny,
    CAST(pirat AS DECIMAL(9, 6)) AS pirat,
    CAST(hirat AS DECIMAL(9, 6)) AS hirat,
    CAST(lvrat AS DECIMAL(9, 6)) AS lvrat,
    chist,
    mhist,
    phist = 'yes' AS phist,
    CAST(unemp AS DECIMAL(9, 6)) AS unemp,
    selfemp = 'yes' AS selfemp,
    insurance = 'yes' AS insurance,
    condomin = 'yes' AS condomin,
    afam = 'yes' AS afam,
    single = 'yes' AS single,
    hschool = 'yes' AS hschool
FROM input.hmda_applications
