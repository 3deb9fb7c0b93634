//! What a database answers when it does not answer as wished.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;

use crate::source::error::{SourceError, escaped};

/// Longest answer of a server that is passed on, in characters.
const ANSWER_CHARS_MAX: usize = 300;

/// Why a database was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It is not there, or has gone; later it may work.
    Away(String),
    /// It says no.
    Refused(String),
}

impl Failure {
    pub(crate) fn of_input(self, input: &str, database: &str) -> SourceError {
        let (input, database) = (input.to_owned(), database.to_owned());
        match self {
            Self::Away(cause) => SourceError::DatabaseAway { input, database, cause },
            Self::Refused(cause) => SourceError::DatabaseRefused { input, database, cause },
        }
    }
}

impl From<Error> for Failure {
    /// Of a server's answer only its first sentence is passed on: what stands beside it (`DETAIL`) quotes rows.
    fn from(error: Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            let said = escaped(answer.message(), ANSWER_CHARS_MAX);
            // Connection, resources, operator's intervention, system, rollback by the server, a lock not given.
            let passes =
                ["08", "53", "57", "58", "40", "55"].iter().any(|class| answer.code().code().starts_with(class));
            return if passes { Self::Away(said) } else { Self::Refused(said) };
        }
        let causes: Vec<_> = std::iter::successors(error.source(), |cause| (*cause).source()).collect();
        let said = causes.iter().fold(error.to_string(), |said, cause| format!("{said}: {cause}"));
        // What is neither the server's answer nor of the network is a setting that cannot be met: a certificate, a missing
        // password.
        let refused = match causes.iter().find_map(|cause| cause.downcast_ref::<io::Error>()) {
            Some(cause) => matches!(cause.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput),
            None => !causes.is_empty(),
        };
        let said = escaped(&said, ANSWER_CHARS_MAX);
        if refused { Self::Refused(said) } else { Self::Away(said) }
    }
}
