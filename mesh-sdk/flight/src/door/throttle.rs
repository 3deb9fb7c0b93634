//! Failed logins by address, so that passwords cannot be tried out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Addresses remembered at once; beyond it the oldest are forgotten, so that memory stays bounded.
const PEERS_MAX: usize = 4096;

/// Counts failures within a minute from each address.
pub(crate) struct Throttle {
    failures_max: u32,
    peers: Mutex<HashMap<Option<IpAddr>, Failures>>,
}

struct Failures {
    since: DateTime<Utc>,
    count: u32,
}

impl Throttle {
    pub(crate) fn new(failures_max: u32) -> Self {
        Self { failures_max, peers: Mutex::new(HashMap::new()) }
    }

    /// Whether logins from `peer` are refused for now.
    pub(crate) fn is_closed(&self, peer: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.get(&peer).is_some_and(|failures| failures.count >= self.failures_max && now - failures.since < WINDOW)
    }

    /// Remembers a failed login.
    pub(crate) fn failed(&self, peer: Option<IpAddr>, now: DateTime<Utc>) {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if peers.len() >= PEERS_MAX {
            peers.retain(|_, failures| now - failures.since < WINDOW);
            if peers.len() >= PEERS_MAX {
                let oldest = peers.iter().min_by_key(|(_, failures)| failures.since).map(|(peer, _)| *peer);
                oldest.map(|peer| peers.remove(&peer));
            }
        }
        let failures = peers.entry(peer).or_insert(Failures { since: now, count: 0 });
        if now - failures.since >= WINDOW {
            *failures = Failures { since: now, count: 0 };
        }
        failures.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_later_the_door_opens_again() {
        let throttle = Throttle::new(2);
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let (here, there) = (Some(IpAddr::from([10, 0, 0, 1])), Some(IpAddr::from([10, 0, 0, 2])));
        throttle.failed(here, at(0));
        assert!(!throttle.is_closed(here, at(0)));
        throttle.failed(here, at(10));
        assert!(throttle.is_closed(here, at(59)));
        assert!(!throttle.is_closed(there, at(59)));
        assert!(!throttle.is_closed(here, at(60)));
        throttle.failed(here, at(60));
        assert!(!throttle.is_closed(here, at(61)));
    }

    #[test]
    fn memory_stays_bounded() {
        let throttle = Throttle::new(2);
        let now = DateTime::from_timestamp(0, 0).expect("a time");
        for peer in 0..5000_u32 {
            throttle.failed(Some(IpAddr::from(peer.to_be_bytes())), now);
        }
        assert!(throttle.peers.lock().expect("not poisoned").len() <= PEERS_MAX);
    }
}
