//! What a customer has at the bank, and a year of it: accounts, fixed deposits, and every booking on them. Balances are
//! nothing but the sums of the bookings.

use crate::account::{Account, insure};
use crate::bank::Bank;
use crate::customer::Customer;
use crate::day::Day;
use crate::fixed_deposit::FixedDeposit;
use crate::habits::{Habits, Wish};
use crate::ledger::Ledger;
use crate::random::Stream;
use crate::transaction::{Entry, Party, Transaction, code};

/// A customer's part of the bank.
pub(crate) struct Household {
    pub(crate) accounts: Vec<Account>,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) deposits: Vec<FixedDeposit>,
}

impl Household {
    pub(crate) fn draw(customer: &Customer, stream: &mut Stream) -> Self {
        let currency = currency(customer, stream);
        let opened = customer.since.or_next_business();
        let mut current = Account::new(customer.id, 1, "current", currency, opened);
        let is_old = opened < Bank::FIRST_DAY;
        current.status = match stream.below(100) {
            0..3 if is_old => "closed",
            3..7 if is_old => "dormant",
            7 => "blocked",
            _ => "active",
        };
        if current.status == "closed" {
            let day = Day(stream.within(Bank::FIRST_DAY.0 + 30, Bank::LAST_DAY.0 - 10)).or_next_business();
            current.closed = Some(day);
        }
        let is_staying = current.closed.is_none();
        let habits = Habits::draw(customer, stream);
        current.overdraft = if is_staying { habits.overdraft(stream) } else { 0 };
        let savings = (is_staying && stream.chance(0.5)).then(|| savings(customer, currency, stream));
        let mut household = Self { accounts: Vec::new(), transactions: Vec::new(), deposits: Vec::new() };
        household.live(current, savings, &habits, stream);
        if is_staying && stream.chance(0.16) {
            household.deposit(customer, 3, currency, stream);
            if stream.chance(0.2) {
                household.deposit(customer, 4, currency, stream);
            }
        }
        pledge(&mut household.accounts, customer.country == "US", stream);
        insure(&mut household.accounts);
        household
    }

    /// The year of the current and the savings account.
    fn live(&mut self, current: Account, savings: Option<Account>, habits: &Habits, stream: &mut Stream) {
        let end = current.closed.unwrap_or(Bank::LAST_DAY);
        let is_idle = current.status == "dormant";
        let mut ledger = Ledger::new(current, savings);
        ledger.begin(habits.opening, stream);
        let mut wishes = if is_idle { Vec::new() } else { habits.wishes(ledger.first_day(), end, stream) };
        wishes.extend(Ledger::interest_days());
        // The order of drawing decides among wishes of one day; interest is last.
        wishes.sort_by_key(|(day, wish)| (*day, matches!(wish, Wish::Interest)));
        for (day, wish) in wishes {
            ledger.fulfil(day, wish, habits, stream);
        }
        let (accounts, transactions) = ledger.end();
        self.accounts.extend(accounts);
        self.transactions.extend(transactions);
    }

    fn deposit(&mut self, customer: &Customer, position: u64, currency: &'static str, stream: &mut Stream) {
        let deposit = FixedDeposit::draw(customer.id * 10 + position, currency, customer.since, stream);
        let mut account = Account::new(customer.id, position, "fixed_deposit", currency, deposit.start);
        (account.rate, account.day_count) = (deposit.rate, deposit.day_count);
        let (before, within): (Vec<_>, Vec<_>) =
            deposit.capitalised().into_iter().partition(|(day, _)| *day < Bank::FIRST_DAY);
        let forward = deposit.principal + before.iter().map(|(_, interest)| interest).sum::<i64>();
        let is_old = deposit.start < Bank::FIRST_DAY;
        let first = if is_old { (Bank::FIRST_DAY, code::FORWARD) } else { (deposit.start, code::IN) };
        let bookings = std::iter::once((first.0, forward, first.1))
            .chain(within.into_iter().map(|(day, interest)| (day, interest, code::INTEREST)));
        for (day, amount, code) in bookings {
            let entry = Entry::new(day, amount, code);
            let is_ours = code != code::IN;
            let entry = if is_ours { entry } else { entry.with(holder(customer)).saying("Fixed deposit") };
            self.transactions.push(Transaction::book(&mut account, entry));
        }
        self.accounts.push(account);
        self.deposits.push(deposit);
    }
}

/// Money that a customer sends from an account elsewhere.
fn holder(customer: &Customer) -> Party {
    Party { name: Some(customer.name.clone().into()), iban: None }
}

fn currency(customer: &Customer, stream: &mut Stream) -> &'static str {
    match customer.country {
        "US" => "USD",
        "CH" => "CHF",
        _ if stream.chance(0.02) => "GBP",
        _ => "EUR",
    }
}

fn savings(customer: &Customer, currency: &'static str, stream: &mut Stream) -> Account {
    let opened = Day(stream.within(customer.since.0, Bank::LAST_DAY.0 - 40)).or_next_business();
    let opened = opened.max(customer.since.or_next_business());
    let mut account = Account::new(customer.id, 2, "savings", currency, opened);
    let base = if currency == "USD" { 100 } else { 50 };
    account.rate = (base + stream.between(0, 20) * 5) * 10_000;
    account
}

/// Some pledge what they have saved to the bank for a loan; many of those who borrowed in the United States do.
fn pledge(accounts: &mut [Account], is_in_us: bool, stream: &mut Stream) {
    for account in accounts.iter_mut().filter(|account| account.kind != "current" && account.balance > 0) {
        if stream.chance(if is_in_us { 0.4 } else { 0.03 }) {
            account.pledged = account.balance * stream.between(20, 100) / 100;
        }
    }
}
