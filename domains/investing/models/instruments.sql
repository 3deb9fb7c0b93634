-- Terms as delivered.
SELECT
    isin,
    name,
    cfi,
    instrument_kind,
    issuer_lei,
    mic,
    currency,
    quotation,
    coupon_rate,
    coupon_frequency,
    day_count,
    issue_date,
    maturity_date
FROM input.instrument_master
