//! Plain Flight: a port by its path, `[domain, port]` or `[domain, port, "v1"]`.

use crate::gate::Call;
use crate::refusal::Refusal;
use crate::service::commands::statement;
use crate::service::flight_info::Described;
use crate::ticket::Read;

/// The table that a path names.
pub(in crate::service) async fn describe(call: &Call, path: &[String]) -> Result<Described, Refusal> {
    call.account.command("Path");
    let read = match path {
        [domain, port] => read(domain, port),
        [domain, port, version] if is_version(version) => read(domain, &format!("{port}_{version}")),
        _ => return Err(Refusal::Malformed("a path is [domain, port] or [domain, port, \"v1\"]".into())),
    };
    let order = call.desk.tickets.order(&call.identity, read);
    statement::describe_order(call, order).await
}

pub(in crate::service) fn read(domain: &str, name: &str) -> Read {
    Read::Table { domain: domain.to_owned(), name: name.to_owned() }
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|major| !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_a_letter_and_a_number() {
        assert!(is_version("v1") && is_version("v12"));
        for bad in ["1", "v", "V1", "v1.0", "v-1", ""] {
            assert!(!is_version(bad), "{bad}");
        }
    }
}
