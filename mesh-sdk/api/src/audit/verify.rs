//! Verifying the trail: records in order, held against each other and against checkpoints.

use std::fmt;

use super::{AuditRecord, Checkpoint};

/// What is wrong with a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrailFault {
    /// Other than the next record.
    OutOfOrder {
        /// The number that was next.
        expected: u64,
        /// The number that was there.
        found: u64,
    },
    /// Its fields do not give its hash.
    Changed(u64),
    /// The hash that it states for the record before it is not that record's.
    Unlinked(u64),
    /// A checkpoint states another hash for it.
    NotAsSealed(u64),
    /// A checkpoint states that there was a record of this number, and there is none.
    Cut {
        /// Newest record that is there.
        last: u64,
        /// What was sealed.
        sealed: u64,
    },
    /// The trail begins behind the first record, and no checkpoint or no record says that the ones before it were pruned.
    Headless(u64),
}

impl fmt::Display for TrailFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfOrder { expected, found } => write!(f, "record {expected} is missing: {found} is in its place"),
            Self::Changed(sequence) => write!(f, "record {sequence} was changed"),
            Self::Unlinked(sequence) => write!(f, "record {sequence} does not follow the one before it"),
            Self::NotAsSealed(sequence) => write!(f, "record {sequence} is not the one that was sealed"),
            Self::Cut { last, sealed } => {
                write!(f, "the trail ends with record {last}, and there was a record {sealed}")
            }
            Self::Headless(sequence) => write!(f, "the records before {sequence} are gone without a trace"),
        }
    }
}

/// Takes the records of a trail in order, and says what is wrong with them.
#[derive(Clone, Debug)]
pub struct Verifier {
    checkpoints: Vec<Checkpoint>,
    /// Number and hash of the record before the next one.
    before: Option<(u64, String)>,
    /// Where the trail begins when its beginning was pruned, until a record says so.
    unexplained: Option<u64>,
    faults: Vec<TrailFault>,
}

impl Verifier {
    /// Action of the record that explains why older ones are gone; its detail states the last of them as `through`.
    pub const PRUNE: &str = "audit.prune";

    /// A verifier that holds the trail against checkpoints whose seals were opened.
    #[must_use]
    pub fn new(mut checkpoints: Vec<Checkpoint>) -> Self {
        checkpoints.sort_by_key(|checkpoint| checkpoint.sequence);
        Self { checkpoints, before: None, unexplained: None, faults: Vec::new() }
    }

    /// Takes the next record. After a fault it goes on from the record that it was given.
    pub fn take(&mut self, record: &AuditRecord) {
        let (last, hash) = match self.before.take() {
            Some(before) => before,
            None => self.begin(record),
        };
        if record.sequence != last + 1 {
            self.faults.push(TrailFault::OutOfOrder { expected: last + 1, found: record.sequence });
        }
        if record.previous != hash {
            self.faults.push(TrailFault::Unlinked(record.sequence));
        }
        if record.computed_hash() != record.hash {
            self.faults.push(TrailFault::Changed(record.sequence));
        }
        if self.sealed(record.sequence).any(|sealed| sealed.hash != record.hash) {
            self.faults.push(TrailFault::NotAsSealed(record.sequence));
        }
        let through = record.detail.get("through").and_then(serde_json::Value::as_u64);
        if record.action == Self::PRUNE && through >= self.unexplained {
            self.unexplained = None;
        }
        self.before = Some((record.sequence, record.hash.clone()));
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    /// What is wrong, after the last record.
    #[must_use]
    pub fn finish(mut self) -> Vec<TrailFault> {
        let last = self.before.map_or(0, |(sequence, _)| sequence);
        if let Some(pruned) = self.unexplained {
            self.faults.push(TrailFault::Headless(pruned + 1));
        }
        if let Some(sealed) = self.checkpoints.last().filter(|sealed| sealed.sequence > last) {
            self.faults.push(TrailFault::Cut { last, sealed: sealed.sequence });
        }
        self.faults
    }

    /// What stands before the first record that is there.
    fn begin(&mut self, first: &AuditRecord) -> (u64, String) {
        let before = first.sequence.saturating_sub(1);
        if before == 0 {
            return (0, AuditRecord::GENESIS.to_owned());
        }
        self.unexplained = Some(before);
        let sealed = self.sealed(before).next().map(|sealed| sealed.hash.clone());
        // Without a checkpoint, whatever the record states is not to be believed.
        (before, sealed.unwrap_or_default())
    }

    fn sealed(&self, sequence: u64) -> impl Iterator<Item = &Checkpoint> {
        let from = self.checkpoints.partition_point(|checkpoint| checkpoint.sequence < sequence);
        self.checkpoints.iter().skip(from).take_while(move |checkpoint| checkpoint.sequence == sequence)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    const LENGTH: usize = 1000;

    fn trail() -> Vec<AuditRecord> {
        let mut previous = AuditRecord::GENESIS.to_owned();
        let record = |place: usize| {
            let mut record = AuditRecord {
                sequence: place as u64 + 1,
                at: DateTime::from_timestamp_micros(1_700_000_000_000_000 + place as i64 / 3).expect("a time"),
                actor: "lena".into(),
                action: "contract.approve".into(),
                subject: format!("lending.loans 1.{}.0", place / 2),
                detail: json!({"reason": "as agreed", "number": place}),
                previous: previous.clone(),
                hash: String::new(),
            };
            record.hash = record.computed_hash();
            previous.clone_from(&record.hash);
            record
        };
        (0..LENGTH).map(record).collect()
    }

    fn sealed(record: &AuditRecord) -> Checkpoint {
        Checkpoint { sequence: record.sequence, hash: record.hash.clone(), at: record.at }
    }

    /// One verifier for each place, which has taken all records before it. A fault at a place is found no later than with
    /// the record behind it, except a cut, which the end shows.
    fn before_each(trail: &[AuditRecord], checkpoints: Vec<Checkpoint>) -> Vec<Verifier> {
        let mut verifier = Verifier::new(checkpoints);
        let take = |record| {
            let before = verifier.clone();
            verifier.take(record);
            before
        };
        let found = trail.iter().map(take).collect();
        assert_eq!(verifier.finish(), []);
        found
    }

    #[test]
    fn each_of_a_thousand_records_flipped_deleted_swapped_or_cut_is_noticed() {
        let trail = trail();
        let head = sealed(&trail[LENGTH - 1]);
        let verifiers = before_each(&trail, vec![head]);
        let flips: [fn(&mut AuditRecord); 8] = [
            |record| record.sequence ^= 1 << 20,
            |record| record.at += chrono::TimeDelta::microseconds(1),
            |record| record.actor = "lenb".into(),
            |record| record.action = "contract.reject".into(),
            |record| record.subject.push('1'),
            |record| record.detail["number"] = json!(-1),
            |record| record.previous = AuditRecord::GENESIS.replace('0', "1"),
            |record| record.hash = record.hash.replace("sha256:", "sha256:0"),
        ];
        let noticed = |place: usize, rest: &[AuditRecord]| {
            let mut verifier = verifiers[place].clone();
            rest.iter().take(3).for_each(|record| verifier.take(record));
            !verifier.is_whole() || (rest.len() < 3 && !verifier.finish().is_empty())
        };
        for place in 0..LENGTH {
            for flip in flips {
                let mut rest = trail[place..].iter().take(3).cloned().collect::<Vec<_>>();
                flip(&mut rest[0]);
                assert!(noticed(place, &rest), "record {place} flipped");
            }
            assert!(noticed(place, &trail[place + 1..]), "record {place} deleted");
            if place + 1 < LENGTH {
                let swapped = [trail[place + 1].clone(), trail[place].clone()];
                assert!(noticed(place, &swapped), "record {place} swapped with the next");
            }
            let cut = verifiers[place].clone().finish();
            assert_eq!(cut, [TrailFault::Cut { last: place as u64, sealed: LENGTH as u64 }]);
        }
    }

    #[test]
    fn what_was_written_anew_from_some_record_on_is_not_what_was_sealed() {
        let mut trail = trail();
        let checkpoint = sealed(&trail[700]);
        trail[500].actor = "eve".into();
        for place in 500..LENGTH {
            trail[place].previous = trail[place - 1].hash.clone();
            trail[place].hash = trail[place].computed_hash();
        }
        let verify = |checkpoints| {
            let mut verifier = Verifier::new(checkpoints);
            trail.iter().for_each(|record| verifier.take(record));
            verifier.finish()
        };
        assert_eq!(verify(vec![]), [], "nobody can tell without a checkpoint");
        assert_eq!(verify(vec![checkpoint]), [TrailFault::NotAsSealed(701)]);
    }

    #[test]
    fn a_pruned_beginning_needs_its_checkpoint_and_its_record() {
        let mut trail = trail();
        let base = sealed(&trail[299]);
        let verify = |trail: &[AuditRecord], checkpoints: &[&Checkpoint]| {
            let mut verifier = Verifier::new(checkpoints.iter().copied().cloned().collect());
            trail.iter().for_each(|record| verifier.take(record));
            verifier.finish()
        };
        assert_eq!(verify(&trail[300..], &[&base]), [TrailFault::Headless(301)], "deleted, not pruned");
        let last = &mut trail[LENGTH - 1];
        (last.action, last.detail) = (Verifier::PRUNE.into(), json!({"through": 300}));
        last.hash = last.computed_hash();
        assert_eq!(verify(&trail[300..], &[&base]), []);
        assert!(!verify(&trail[300..], &[]).is_empty(), "without the checkpoint");
        assert_eq!(verify(&trail[301..], &[&base]), [TrailFault::Unlinked(302), TrailFault::Headless(302)]);
    }
}
