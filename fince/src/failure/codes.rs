//! The codes of the command line; each has a page in `docs/errors/`.

use mesh_contract::Code;

/// Nobody is named who asks.
pub(crate) const NOBODY_ASKS: Code = Code(5001);
/// An address is taken.
pub(crate) const ADDRESS_IN_USE: Code = Code(5005);
/// No mesh folder was found.
pub(crate) const MESH_FOLDER: Code = Code(5006);
/// No such development principal.
pub(crate) const PRINCIPAL: Code = Code(5007);
/// A key file cannot be used.
pub(crate) const KEY: Code = Code(5009);
/// A service does not answer.
pub(crate) const UNREACHABLE: Code = Code(5010);
/// An input file cannot be read.
pub(crate) const INPUT: Code = Code(5011);
/// A result cannot be written.
pub(crate) const OUTPUT: Code = Code(5012);
/// Binary data does not belong on a terminal.
pub(crate) const BINARY_TO_TERMINAL: Code = Code(5013);
/// Telemetry or log settings make no sense.
pub(crate) const TELEMETRY: Code = Code(5014);
/// The process cannot start threads.
pub(crate) const RUNTIME: Code = Code(5015);
/// Nothing to lint.
pub(crate) const NOTHING_TO_LINT: Code = Code(5016);
/// There is no query, or more than one.
pub(crate) const QUERY: Code = Code(5017);
/// Not the name of a port.
pub(crate) const PORT: Code = Code(5018);
/// Not every port was published.
pub(crate) const PUBLISH: Code = Code(5021);
/// Not a connection URL.
pub(crate) const DATABASE_URL: Code = Code(5022);
/// A snapshot was made again and differs.
pub(crate) const REPRODUCE: Code = Code(5023);
/// A name that cannot be one.
pub(crate) const NAME: Code = Code(5035);
/// What would be written is there already.
pub(crate) const ALREADY_THERE: Code = Code(5036);
/// Nothing to compare with.
pub(crate) const BASE: Code = Code(5041);
/// Not a list of readers.
pub(crate) const READERS: Code = Code(5042);
/// Not version rules.
pub(crate) const VERSION_RULES: Code = Code(5043);
/// The made-up bank could not be written.
pub(crate) const GENERATE: Code = Code(5051);
/// Not a scale.
pub(crate) const SCALE: Code = Code(5052);
/// Not rules, or not cases.
pub(crate) const RULES: Code = Code(5056);
/// Rules say something else than their cases.
pub(crate) const CASES: Code = Code(5057);
/// No such version.
pub(crate) const VERSION: Code = Code(5053);
/// Something is wrong with the audit trail.
pub(crate) const AUDIT: Code = Code(5054);
/// The file of a checkpoint cannot be used.
pub(crate) const CHECKPOINT: Code = Code(5055);
/// A domain that the program itself has.
pub(crate) const RESERVED_DOMAIN: Code = Code(5058);
