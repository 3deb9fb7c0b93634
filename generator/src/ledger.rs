//! The books of one customer's current and savings account over the year.

use crate::account::Account;
use crate::bank::Bank;
use crate::day::Day;
use crate::fixed_deposit::rounded;
use crate::habits::{Habits, Wish, collector, foreign_iban};
use crate::names::{self, SHOPS};
use crate::random::Stream;
use crate::transaction::{Entry, Party, Transaction, code};

pub(crate) struct Ledger {
    current: Account,
    savings: Option<Savings>,
    booked: Vec<Transaction>,
}

/// A savings account, and what interest is reckoned from.
struct Savings {
    account: Account,
    /// Balance times days since interest was last added.
    products: i128,
    /// The first day that is not in `products`.
    from: Day,
}

impl Savings {
    fn reckon(&mut self, until: Day) {
        self.products += i128::from(self.account.balance) * i128::from((until.0 - self.from.0).max(0));
        self.from = self.from.max(until);
    }
}

impl Ledger {
    pub(crate) fn new(current: Account, savings: Option<Account>) -> Self {
        let savings = savings.map(|account| {
            let from = account.opened.max(Bank::FIRST_DAY);
            Savings { account, products: 0, from }
        });
        Self { current, savings, booked: Vec::with_capacity(160) }
    }

    /// The first day with bookings.
    pub(crate) fn first_day(&self) -> Day {
        self.current.opened.max(Bank::FIRST_DAY)
    }

    /// The last days of all months: interest is added then, whatever day of the week it is.
    pub(crate) fn interest_days() -> impl Iterator<Item = (Day, Wish)> {
        let months = Bank::FIRST_DAY.months()..=Bank::LAST_DAY.months();
        months.map(|month| (Day::month(month).month_end(), Wish::Interest))
    }

    /// What was there before the year, or the first deposit of an account that is opened in it.
    pub(crate) fn begin(&mut self, opening: i64, stream: &mut Stream) {
        let first = first_entry(&self.current, self.first_day(), opening, stream);
        self.book(first);
        if let Some(savings) = &self.savings {
            let amount = stream.lognormal(400_000.0, 1.2);
            let first = first_entry(&savings.account, savings.from, amount, stream);
            self.book_savings(first);
        }
    }

    pub(crate) fn fulfil(&mut self, day: Day, wish: Wish, habits: &Habits, stream: &mut Stream) {
        let month = |what: &str| {
            let (year, month, _) = day.civil();
            format!("{what} {year}-{month:02}")
        };
        match wish {
            Wish::Salary(amount) => {
                let salary = Entry::new(day, amount, code::SALARY);
                self.book(salary.with(habits.employer.clone()).saying(month("Salary")));
            }
            Wish::Receive(amount) => {
                let transfer = Entry::new(day, amount, code::IN).with(somebody(stream)).saying("Transfer");
                self.book(transfer.valued(day.plus(stream.within(0, 1))));
            }
            Wish::Rent(amount) => {
                let rent = Entry::new(day, -amount, code::OUT);
                self.pay(rent.with(habits.landlord.clone()).saying(month("Rent")));
            }
            Wish::Collect(position, amount) => {
                let (party, purpose) = collector(position);
                self.pay(Entry::new(day, -amount, code::COLLECTED).with(party).saying(purpose));
            }
            Wish::Card(amount) => {
                let purchase = Entry::new(day, -amount, code::CARD).with(named(stream.pick(&SHOPS)));
                self.pay(purchase.valued(day.plus(stream.within(0, 2))));
            }
            Wish::Cash(amount) => self.pay(Entry::new(day, -amount, code::CASH).with(named("Cash machine"))),
            Wish::Send(amount) => {
                self.pay(Entry::new(day, -amount, code::OUT).with(somebody(stream)).saying("Invoice"));
            }
            Wish::Fee(amount) => self.pay(Entry::new(day, -amount, code::CHARGE).saying("Account fee")),
            Wish::Save(amount) => self.save(day, amount),
            Wish::Unsave(amount) => self.save(day, -amount),
            Wish::Interest => self.add_interest(day),
        }
    }

    /// Empties an account that is closed, and gives out the books.
    pub(crate) fn end(mut self) -> (Vec<Account>, Vec<Transaction>) {
        if let Some(day) = self.current.closed
            && self.current.balance != 0
        {
            let code = if self.current.balance > 0 { code::OUT } else { code::IN };
            self.book(Entry::new(day, -self.current.balance, code).saying("Account closed"));
        }
        let savings = self.savings.map(|savings| savings.account);
        (std::iter::once(self.current).chain(savings).collect(), self.booked)
    }

    /// A debit, unless it is beyond what the account allows: then it does not happen.
    fn pay(&mut self, debit: Entry) {
        if self.current.balance + self.current.overdraft + debit.amount >= 0 {
            self.book(debit);
        }
    }

    /// Moves `amount` to the savings account, or back when it is below zero, as far as it is there.
    fn save(&mut self, day: Day, amount: i64) {
        let Some(savings) = self.savings.as_ref().filter(|savings| savings.account.opened < day) else { return };
        let there = if amount > 0 { self.current.balance } else { savings.account.balance };
        if there < amount.abs() || amount == 0 {
            return;
        }
        let own = |account: &Account| Party { name: None, iban: Some(account.iban().into()) };
        let (from, to) = (own(&self.current), own(&savings.account));
        let (out, into) = if amount > 0 { (code::TO_OWN, code::FROM_OWN) } else { (code::FROM_OWN, code::TO_OWN) };
        self.book(Entry::new(day, -amount, out).with(to).saying("Savings"));
        self.book_savings(Entry::new(day, amount, into).with(from).saying("Savings"));
    }

    fn add_interest(&mut self, month_end: Day) {
        let Some(savings) = self.savings.as_mut().filter(|savings| savings.account.opened <= month_end) else { return };
        savings.reckon(month_end.plus(1));
        let interest = rounded(savings.products * i128::from(savings.account.rate), 365 * 100_000_000);
        savings.products = 0;
        if interest > 0 {
            // Interest counts from the next day on, which is where the reckoning stands.
            self.book_savings(Entry::new(month_end, interest, code::INTEREST).saying("Interest"));
        }
    }

    fn book(&mut self, entry: Entry) {
        self.booked.push(Transaction::book(&mut self.current, entry));
    }

    fn book_savings(&mut self, entry: Entry) {
        if let Some(savings) = &mut self.savings {
            savings.reckon(entry.value());
            self.booked.push(Transaction::book(&mut savings.account, entry));
        }
    }
}

/// A balance carried forward, or somebody's transfer to an account that is new.
fn first_entry(account: &Account, day: Day, amount: i64, stream: &mut Stream) -> Entry {
    if account.opened < Bank::FIRST_DAY {
        Entry::new(day, amount, code::FORWARD)
    } else {
        Entry::new(day, amount, code::IN).with(somebody(stream)).saying("First deposit")
    }
}

fn named(name: &'static str) -> Party {
    Party { name: Some(name.into()), iban: None }
}

/// Somebody with an account somewhere else.
fn somebody(stream: &mut Stream) -> Party {
    let name = if stream.chance(0.5) { names::person(stream) } else { names::company(stream) };
    Party { name: Some(name.into()), iban: Some(foreign_iban(stream).into()) }
}
