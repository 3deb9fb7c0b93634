-- Bookings as delivered, with the sign of the amount in the words of camt.053.
SELECT
    transaction_id,
    account_id,
    booking_date,
    value_date,
    amount,
    currency,
    CASE WHEN amount > 0 THEN 'CRDT' ELSE 'DBIT' END AS credit_debit,
    bank_transaction_code,
    counterparty_name,
    counterparty_iban,
    remittance_information
FROM input.core_transactions
