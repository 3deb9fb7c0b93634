//! The lending domain's data product: loans, mortgages and repayment schedules.
