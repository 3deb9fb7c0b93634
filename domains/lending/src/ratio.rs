//! What is owed against what secures it and what pays for it.

use mesh_sdk::function::{About, Decimal, Functions, MONEY, PERCENT};

const LOAN_TO_VALUE: About = About {
    name: "loan_to_value",
    text: "the loan as a share of its collateral's value",
    returns: "percent; null without a positive value",
    source: "EU Regulation 575/2013 (CRR), article 124",
    example: "loan_to_value(180000, 225000)",
};

const DEBT_TO_INCOME: About = About {
    name: "debt_to_income",
    text: "what a borrower pays on all debts as a share of income, both in the same period",
    returns: "percent; null without a positive income",
    source: "12 CFR 1026.43(c)(7) (Regulation Z, Ability-to-Repay)",
    example: "debt_to_income(1450, 5200)",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let loan = (("loan_amount", MONEY, "what is owed"), ("collateral_value", MONEY, "what the collateral is worth"));
    let debt = (("debt", MONEY, "payments due in a month"), ("income", MONEY, "gross income in a month"));
    functions.scalar(LOAN_TO_VALUE, loan, PERCENT, |(loan, value)| percent(loan, value)).scalar(
        DEBT_TO_INCOME,
        debt,
        PERCENT,
        |(debt, income)| percent(debt, income),
    )
}

fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    if whole <= Decimal::ZERO {
        return None;
    }
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}
