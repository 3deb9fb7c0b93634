//! Lineage from the plan: what each construct of SQL must give, and an oracle that asks the data.

mod dice;
mod exact;
mod generate;
mod oracle;
mod world;
