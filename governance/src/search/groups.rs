//! Groups: entries of one product or port that are alike in everything that can be filtered by. Every entry names its group,
//! so that filters, counts and what an asker may know are decided once for a group instead of once for each entry.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{EntryKind, FacetCount, Freshness, RegistrationStatus, SearchFacets, SearchRequest};
use mesh_contract::model::Classification;
use mesh_policy::Principal;

use super::access::may_know;
use super::entry::{Entry, Unit, classification_word};

/// Most domains that are counted out in an answer.
const DOMAINS_TOLD_MAX: usize = 100;

/// What the entries of one group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Group {
    unit: u32,
    kind: EntryKind,
    classification: Option<Classification>,
    status: Option<RegistrationStatus>,
}

/// All groups. They are numbered, and never taken away: a few stand for nothing after a port has changed.
#[derive(Default)]
pub(crate) struct Groups {
    groups: Vec<Group>,
    numbers: HashMap<Group, u32>,
    units: Vec<Listed>,
    unit_numbers: HashMap<Unit, u32>,
    domains: Vec<String>,
}

struct Listed {
    unit: Unit,
    /// The number of its domain.
    domain: u32,
    published_at: Option<DateTime<Utc>>,
}

/// The groups that an asker may see, judged by the filters of one request.
pub(crate) struct Judged {
    /// By group: whether its entries are found.
    pub(crate) found: Vec<bool>,
    /// By group: the filters that it does not pass, as bits.
    failed: Vec<u8>,
    freshness: Vec<Freshness>,
}

const DOMAIN: u8 = 1;
const CLASSIFICATION: u8 = 2;
const STATUS: u8 = 4;
const KIND: u8 = 8;
const FRESHNESS: u8 = 16;
const UNKNOWN_TO_ASKER: u8 = 128;

impl Groups {
    /// The number of the group that an entry belongs to.
    pub(crate) fn number(&mut self, unit: &Unit, entry: &Entry) -> u32 {
        let hit = &entry.0;
        let unit = self.unit(unit);
        let group = Group { unit, kind: hit.kind, classification: hit.classification, status: hit.status };
        let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(group).or_insert_with(|| {
            self.groups.push(group);
            next
        })
    }

    fn unit(&mut self, unit: &Unit) -> u32 {
        if let Some(number) = self.unit_numbers.get(unit) {
            return *number;
        }
        let domain = self.domains.iter().position(|domain| domain == unit.domain()).unwrap_or_else(|| {
            self.domains.push(unit.domain().to_owned());
            self.domains.len() - 1
        });
        let next = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        let domain = u32::try_from(domain).unwrap_or(u32::MAX);
        self.units.push(Listed { unit: unit.clone(), domain, published_at: None });
        self.unit_numbers.insert(unit.clone(), next);
        next
    }

    /// Notes that a port was published.
    pub(crate) fn published(&mut self, unit: &Unit, at: DateTime<Utc>) {
        let number = self.unit(unit);
        if let Some(listed) = self.units.get_mut(number as usize) {
            listed.published_at = listed.published_at.max(Some(at));
        }
    }

    /// Judges all groups by what the asker may know and the request's filters.
    pub(crate) fn judge(&self, principal: &Principal, request: &SearchRequest, now: DateTime<Utc>) -> Judged {
        let units: Vec<(u8, Freshness)> = self
            .units
            .iter()
            .map(|listed| {
                let unknown = if may_know(principal, &listed.unit) { 0 } else { UNKNOWN_TO_ASKER };
                let domain = fails(request.domain.as_deref(), Some(listed.unit.domain()), DOMAIN);
                let freshness = freshness(listed.published_at, now);
                (unknown | domain | fails(request.freshness, Some(freshness), FRESHNESS), freshness)
            })
            .collect();
        let of_unit = |group: &Group| units.get(group.unit as usize).copied();
        let judge = |group: &Group| {
            let (unit, _) = of_unit(group).unwrap_or((UNKNOWN_TO_ASKER, Freshness::Unknown));
            unit | fails(request.classification, group.classification, CLASSIFICATION)
                | fails(request.status, group.status, STATUS)
                | fails(request.kind, Some(group.kind), KIND)
        };
        let failed: Vec<u8> = self.groups.iter().map(judge).collect();
        let freshness = self.groups.iter().map(|group| of_unit(group).map_or(Freshness::Unknown, |(_, f)| f)).collect();
        Judged { found: failed.iter().map(|failed| *failed == 0).collect(), failed, freshness }
    }

    /// The facets, from how many entries of each group match the words.
    pub(crate) fn facets(&self, judged: &Judged, counts: &[u64]) -> SearchFacets {
        let mut domain = vec![0; self.domains.len()];
        let (mut classification, mut status) = (Tally::default(), Tally::default());
        let (mut kind, mut freshness) = (Tally::default(), Tally::default());
        let judged = judged.failed.iter().zip(&judged.freshness);
        for ((group, (failed, fresh)), count) in self.groups.iter().zip(judged).zip(counts) {
            if *count == 0 {
                continue;
            }
            // A group counts for a facet when at most that facet's own filter keeps it out.
            let passes = |filter: u8| failed & !filter == 0;
            let listed = self.units.get(group.unit as usize).filter(|_| passes(DOMAIN));
            if let Some(counted) = listed.and_then(|listed| domain.get_mut(listed.domain as usize)) {
                *counted += *count;
            }
            if let Some(value) = group.classification.filter(|_| passes(CLASSIFICATION)) {
                classification.add(value, *count);
            }
            if let Some(value) = group.status.filter(|_| passes(STATUS)) {
                status.add(value, *count);
            }
            if passes(KIND) {
                kind.add(group.kind, *count);
            }
            if passes(FRESHNESS) && group.kind != EntryKind::Product {
                freshness.add(*fresh, *count);
            }
        }
        let domain = self.domains.iter().zip(domain).filter(|(_, count)| *count > 0);
        let mut domain = most(domain.map(|(name, count)| (name.as_str(), count)));
        domain.truncate(DOMAINS_TOLD_MAX);
        SearchFacets {
            domain,
            classification: classification.most(classification_word),
            status: status.most(RegistrationStatus::as_str),
            kind: kind.most(EntryKind::as_str),
            freshness: freshness.most(Freshness::as_str),
        }
    }
}

fn fails<T: PartialEq + Copy>(wanted: Option<T>, value: Option<T>, filter: u8) -> u8 {
    if wanted.is_none() || wanted == value { 0 } else { filter }
}

fn freshness(published_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Freshness {
    let Some(at) = published_at else { return Freshness::Unknown };
    let age = now - at;
    if age <= TimeDelta::hours(1) {
        Freshness::Hour
    } else if age <= TimeDelta::days(1) {
        Freshness::Day
    } else if age <= TimeDelta::days(7) {
        Freshness::Week
    } else {
        Freshness::Older
    }
}

/// Counts of the few values that a property has. Thousands of groups are counted for an answer, so nothing is hashed.
struct Tally<T>(Vec<(T, u64)>);

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Tally<T> {
    fn add(&mut self, value: T, count: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == value) {
            Some((_, counted)) => *counted += count,
            None => self.0.push((value, count)),
        }
    }

    fn most(self, name: impl Fn(T) -> &'static str) -> Vec<FacetCount> {
        most(self.0.into_iter().map(|(value, count)| (name(value), count)))
    }
}

/// The values by their counts, highest first, equal ones by name.
fn most<'a>(counts: impl Iterator<Item = (&'a str, u64)>) -> Vec<FacetCount> {
    let mut counts: Vec<_> = counts.map(|(value, count)| FacetCount { value: value.to_owned(), count }).collect();
    counts.sort_by(|a, b| (b.count, &a.value).cmp(&(a.count, &b.value)));
    counts
}
