//! What a customer wants to do with money over a year: when, how much, with whom.

use crate::account::iban_of;
use crate::customer::Customer;
use crate::day::Day;
use crate::digits;
use crate::names::{self, COLLECTORS};
use crate::random::Stream;
use crate::transaction::Party;

/// One thing to do on a day; amounts in hundredths, above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Salary(i64),
    Rent(i64),
    /// By direct debit, by one of the collectors.
    Collect(usize, i64),
    Card(i64),
    Cash(i64),
    Receive(i64),
    Send(i64),
    Fee(i64),
    Save(i64),
    Unsave(i64),
    /// The bank adds interest to the savings of the month.
    Interest,
}

/// How a customer lives.
pub(crate) struct Habits {
    is_company: bool,
    /// Income a month.
    income: i64,
    is_employed: bool,
    pay_day: i32,
    rent: i64,
    subscriptions: Vec<(usize, i64)>,
    pub(crate) opening: i64,
    pub(crate) employer: Party,
    pub(crate) landlord: Party,
}

impl Habits {
    pub(crate) fn draw(customer: &Customer, stream: &mut Stream) -> Self {
        let is_company = customer.is_company;
        let income = if is_company { stream.lognormal(2_400_000.0, 0.9) } else { stream.lognormal(260_000.0, 0.45) };
        let subscriptions = (0..stream.between(1, 3))
            .map(|_| {
                (usize::try_from(stream.below(COLLECTORS.len() as u64)).unwrap_or(0), stream.lognormal(3_800.0, 0.6))
            })
            .collect();
        Self {
            is_company,
            income,
            is_employed: stream.chance(0.85),
            pay_day: stream.within(24, 28),
            rent: income * stream.between(22, 36) / 100,
            subscriptions,
            opening: stream.lognormal(income as f64 * 0.8, 0.9),
            employer: Party { name: Some(names::company(stream).into()), iban: Some(foreign_iban(stream).into()) },
            landlord: Party { name: Some(names::person(stream).into()), iban: Some(foreign_iban(stream).into()) },
        }
    }

    pub(crate) fn overdraft(&self, stream: &mut Stream) -> i64 {
        if self.is_company || self.is_employed && stream.chance(0.6) { self.income / 10_000 * 10_000 } else { 0 }
    }

    /// Everything wanted between the two days, month by month, on days when banks work.
    pub(crate) fn wishes(&self, from: Day, to: Day, stream: &mut Stream) -> Vec<(Day, Wish)> {
        let mut wishes = Vec::with_capacity(128);
        for month in from.months()..=to.months() {
            let start = Day::month(month);
            if self.is_company {
                self.business(start, &mut wishes, stream)
            } else {
                self.month(start, &mut wishes, stream)
            }
        }
        for (day, _) in &mut wishes {
            *day = day.or_next_business();
        }
        wishes.retain(|(day, _)| (from..=to).contains(day));
        wishes
    }

    fn month(&self, start: Day, wishes: &mut Vec<(Day, Wish)>, stream: &mut Stream) {
        let end = start.month_end();
        let any_day = |stream: &mut Stream| Day(stream.within(start.0, end.0));
        let pay_day = start.plus(self.pay_day - 1);
        wishes.push((
            pay_day,
            if self.is_employed { Wish::Salary(self.income) } else { Wish::Receive(self.income * 2 / 3) },
        ));
        wishes.push((start.plus(stream.within(0, 2)), Wish::Rent(self.rent)));
        for (collector, amount) in &self.subscriptions {
            wishes.push((start.plus(4 + i32::try_from(*collector).unwrap_or(0)), Wish::Collect(*collector, *amount)));
        }
        for _ in 0..stream.between(0, 3) {
            wishes.push((any_day(stream), Wish::Card(stream.lognormal(3_200.0, 0.8))));
        }
        if stream.chance(0.3) {
            wishes.push((any_day(stream), Wish::Cash(stream.pick(&[2_000, 5_000, 10_000, 15_000, 20_000]))));
        }
        if stream.chance(0.7) {
            wishes.push((any_day(stream), Wish::Send(self.income * stream.between(20, 60) / 100)));
        }
        if stream.chance(0.15) {
            wishes.push((any_day(stream), Wish::Receive(stream.lognormal(8_000.0, 0.9))));
        }
        wishes.push((end, Wish::Fee(490)));
        wishes.push((pay_day.plus(1), Wish::Save(self.income * stream.between(3, 12) / 100)));
        if stream.chance(0.08) {
            wishes.push((any_day(stream), Wish::Unsave(stream.lognormal(30_000.0, 0.8))));
        }
    }

    fn business(&self, start: Day, wishes: &mut Vec<(Day, Wish)>, stream: &mut Stream) {
        let end = start.month_end();
        let any_day = |stream: &mut Stream| Day(stream.within(start.0, end.0));
        for _ in 0..4 {
            wishes.push((any_day(stream), Wish::Receive(stream.lognormal(self.income as f64 * 0.22, 0.7))));
        }
        for _ in 0..3 {
            wishes.push((any_day(stream), Wish::Send(stream.lognormal(self.income as f64 * 0.18, 0.7))));
        }
        wishes.push((start.plus(self.pay_day - 1), Wish::Send(self.income * 30 / 100)));
        wishes.push((start.plus(stream.within(0, 2)), Wish::Rent(self.rent / 4)));
        wishes.push((end, Wish::Fee(1_990)));
        wishes.push((end.plus(-2), Wish::Save(self.income * stream.between(1, 5) / 100)));
    }
}

/// Who collects, from an account of this bank.
pub(crate) fn collector(position: usize) -> (Party, &'static str) {
    let (name, purpose) = COLLECTORS.get(position).copied().unwrap_or_default();
    // Numbers of accounts that no customer has: theirs end in 1 to 4.
    let iban = iban_of(9_000_000_009 + position as u64 * 10);
    (Party { name: Some(name.into()), iban: Some(iban.into()) }, purpose)
}

/// An account somewhere else. The codes of the banks are none that exist.
pub(crate) fn foreign_iban(stream: &mut Stream) -> String {
    let number = stream.below(10_000_000_000);
    match stream.below(10) {
        0..7 => digits::iban("DE", &format!("9{:07}{number:010}", stream.below(10_000_000))),
        7..9 => digits::iban("NL", &format!("FNCE{number:010}")),
        _ => digits::iban("AT", &format!("99{:03}0{number:010}", stream.below(1_000))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Bank;

    #[test]
    fn wishes_keep_to_business_days() {
        let bank = Bank::new(0.001, 3).expect("a bank");
        let mut stream = bank.stream(crate::table::Table::Accounts, 0);
        let customer = Customer::draw(&bank, 1, &mut stream);
        let habits = Habits::draw(&customer, &mut stream);
        let wishes = habits.wishes(Bank::FIRST_DAY, Bank::LAST_DAY, &mut stream);
        assert!(wishes.len() > 70, "{}", wishes.len());
        assert!(wishes.iter().all(|(day, _)| day.is_business() && (Bank::FIRST_DAY..=Bank::LAST_DAY).contains(day)));
    }
}
