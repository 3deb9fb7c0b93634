//! What reports tell of contracts, kept by hash. A hash stands for one content for ever, so what is kept is never wrong, and a
//! contract that may be megabytes of YAML is read once and not at each look at a page.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use mesh_contract::Contract;
use mesh_contract::model::{Classification, Property};
use parking_lot::Mutex;

use crate::quality::levels::freshness;

/// Most owners that are told of one contract.
const OWNERS_MAX: usize = 50;
/// Bytes of each of the two halves of what is kept: enough for a hundred thousand contracts of a few owners.
const HALF_BYTES_MAX: usize = 16 << 20;
/// What an entry takes beside its texts, about.
const ENTRY_BYTES: usize = 160;

/// What a contract says of its port as a whole. Of one that can no longer be read it is nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ContractFacts {
    pub(crate) owners: Vec<String>,
    pub(crate) classification: Option<Classification>,
    /// How old the newest snapshot may be.
    pub(crate) latency_s: Option<u64>,
}

impl ContractFacts {
    /// Reads a contract, which may take a while.
    pub(crate) fn of(document: &str) -> Self {
        let Ok(contract) = Contract::parse("contract", document) else { return Self::default() };
        Self {
            owners: owners(&contract),
            classification: classification(&contract),
            latency_s: freshness(&contract.sla).map(|length| length.num_seconds().unsigned_abs()),
        }
    }

    fn bytes(&self) -> usize {
        let texts = self.owners.iter().map(|owner| owner.len() + mem::size_of::<String>());
        ENTRY_BYTES + texts.sum::<usize>()
    }
}

fn owners(contract: &Contract) -> Vec<String> {
    let owners = contract.team.iter().filter(|member| member.is_owner());
    owners.take(OWNERS_MAX).map(|member| member.name.clone().unwrap_or_else(|| member.username.clone())).collect()
}

fn classification(contract: &Contract) -> Option<Classification> {
    contract.objects.iter().flat_map(|object| &object.properties).map(Property::highest_classification).max()
}

/// Facts by the hash of their contract. What nobody asked for since the newer half began goes when that is full.
#[derive(Default)]
pub(crate) struct KnownFacts(Mutex<Halves>);

#[derive(Default)]
struct Halves {
    newer: HashMap<String, Arc<ContractFacts>>,
    newer_bytes: usize,
    older: HashMap<String, Arc<ContractFacts>>,
}

impl KnownFacts {
    pub(crate) fn get(&self, hash: &str) -> Option<Arc<ContractFacts>> {
        let mut halves = self.0.lock();
        if let Some(facts) = halves.newer.get(hash) {
            return Some(Arc::clone(facts));
        }
        let facts = halves.older.remove(hash)?;
        halves.put(hash, Arc::clone(&facts));
        Some(facts)
    }

    pub(crate) fn put(&self, hash: &str, facts: ContractFacts) -> Arc<ContractFacts> {
        let facts = Arc::new(facts);
        self.0.lock().put(hash, Arc::clone(&facts));
        facts
    }
}

impl Halves {
    fn put(&mut self, hash: &str, facts: Arc<ContractFacts>) {
        let bytes = facts.bytes() + hash.len();
        if self.newer_bytes + bytes > HALF_BYTES_MAX {
            self.older = mem::take(&mut self.newer);
            self.newer_bytes = 0;
        }
        if self.newer.insert(hash.to_owned(), facts).is_none() {
            self.newer_bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes_in_time() {
        let known = KnownFacts::default();
        let large = || ContractFacts { owners: vec!["x".repeat(HALF_BYTES_MAX / 8)], ..ContractFacts::default() };
        known.put("asked", large());
        known.put("asked", large());
        known.put("not", large());
        for number in 0..40 {
            known.put(&format!("other {number}"), large());
            assert!(known.get("asked").is_some(), "{number}");
            let halves = known.0.lock();
            let held: usize = halves.newer.values().chain(halves.older.values()).map(|facts| facts.bytes()).sum();
            assert!(held <= 2 * HALF_BYTES_MAX, "{held}");
        }
        assert!(known.get("not").is_none() && known.get("other 0").is_none() && known.get("other 39").is_some());
    }

    #[test]
    fn a_contract_that_cannot_be_read_says_nothing() {
        assert_eq!(ContractFacts::of("no: contract"), ContractFacts::default());
    }
}
