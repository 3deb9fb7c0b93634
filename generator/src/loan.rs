//! Who borrowed the loans of the LendingClub statistics, which name nobody.

use arrow::array::ArrayRef;

use crate::bank::{Bank, LOANS};
use crate::columns::{Kind, identities};
use crate::random::Stream;
use crate::table::Design;

pub(crate) const DESIGN: Design = Design {
    name: "loan_borrowers",
    columns: &[("loan_id", Kind::Integer, true), ("borrower_id", Kind::Integer, true)],
    key: 1,
    references: &[],
};

/// Borrowers from here on bank elsewhere: they are no customers of this table.
pub(crate) const ELSEWHERE: u64 = 1_000_000_000;

pub(crate) fn columns(bank: &Bank, stream: &mut Stream) -> Vec<ArrayRef> {
    let share = bank.depositors_among_borrowers();
    let borrowers: Vec<u64> = (1..=LOANS)
        .map(|loan| if stream.chance(share) { depositor(bank, stream) } else { None }.unwrap_or(ELSEWHERE + loan))
        .collect();
    vec![identities(1..=LOANS), identities(borrowers.into_iter())]
}

/// A person in the United States, where the loans were made.
fn depositor(bank: &Bank, stream: &mut Stream) -> Option<u64> {
    (0..200)
        .map(|_| stream.below(bank.customers()) + 1)
        .find(|customer| bank.is_in_us(*customer) && !Bank::is_company(*customer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn borrowers_meet_depositors() {
        let bank = Bank::new(0.01, 42).expect("a bank");
        let columns = columns(&bank, &mut bank.stream(Table::LoanBorrowers, 0));
        let borrowers = arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(&columns[1]);
        let depositors: Vec<i64> = borrowers.values().iter().copied().filter(|id| *id <= 1_000).collect();
        assert!((100..=260).contains(&depositors.len()), "{}", depositors.len());
        assert!(depositors.iter().all(|id| bank.is_in_us(id.cast_unsigned())));
        assert_eq!(borrowers.len(), 10_000);
    }
}
