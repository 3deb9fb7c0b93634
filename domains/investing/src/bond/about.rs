//! The functions of bonds in words.

use mesh_sdk::function::About;

pub(super) const PRICE: About = About {
    name: "bond_price",
    text: "the price of a fixed-rate bond at a yield; coupon days are those of maturity, and month ends when it is one",
    returns: "the price for 100 of nominal value; null after maturity, before the issue or for terms that are none",
    source: "ICMA rule 251 and ISMA yield formula; QuantLib `Bond.cleanPrice`, compounded in the last period too",
    example: "bond_price('2026-03-16', '2034-08-15', 2.6, 2.75, 1, 'ACT/ACT ICMA')",
};

pub(super) const YIELD: About = About {
    name: "bond_yield",
    text: "the yield at which a fixed-rate bond has a price; coupon days as for bond_price",
    returns: "percent a year, compounded as often as coupons are paid; null where no yield gives the price",
    source: "ICMA rule 251; Newton's method within a bracket; QuantLib `Bond.bondYield`",
    example: "bond_yield('2026-03-16', '2034-08-15', 2.6, 98.9, 1, 'ACT/ACT ICMA')",
};

pub(super) const DURATION: About = About {
    name: "bond_duration",
    text: "how a bond's dirty price reacts to its yield (modified), or the mean time to its payments (Macaulay)",
    returns: "years; null as for bond_price",
    source: "Macaulay (1938), Hicks (1939); QuantLib `BondFunctions.duration`",
    example: "bond_duration('2026-03-16', '2034-08-15', 2.6, 2.75, 1, 'ACT/ACT ICMA', 'macaulay')",
};

pub(super) const CONVEXITY: About = About {
    name: "bond_convexity",
    text: "the second derivative of a bond's dirty price by its yield, over the price",
    returns: "years squared; null as for bond_price",
    source: "QuantLib `BondFunctions.convexity`",
    example: "bond_convexity('2026-03-16', '2034-08-15', 2.6, 2.75, 1, 'ACT/ACT ICMA')",
};

pub(super) const ACCRUED_INTEREST: About = About {
    name: "bond_accrued_interest",
    text: "the interest that a bond's buyer pays for the days since the last coupon",
    returns: "the interest for 100 of nominal value, computed in decimals; null as for bond_price",
    source: "ICMA rule 251; QuantLib `Bond.accruedAmount`",
    example: "bond_accrued_interest('2026-03-16', '2034-08-15', 2.6, 1, 'ACT/ACT ICMA')",
};

pub(super) const CASH_FLOWS: About = About {
    name: "bond_cash_flows",
    text: "the payments of a bond after settlement, as a list of rows for `unnest`",
    returns: "a list of (date, coupon, redemption) for 100 of nominal value; null as for bond_price",
    source: "ICMA rule 251; QuantLib `Bond.cashflows`",
    example: "bond_cash_flows('2026-03-16', '2034-08-15', 2.6, 1, 'ACT/ACT ICMA')",
};
