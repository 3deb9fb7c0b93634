//! There is a place to ask.

use super::Rule;
use super::found::Found;
use super::subject::{Subject, says_something};
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule =
    Rule { code: Code(112), name: "support", title: "nowhere to ask", severity: Severity::Error, check };

fn check(subject: &Subject<'_>, found: &mut Found) {
    if !subject.contract.support.iter().any(|channel| says_something(channel.url.as_ref())) {
        let place = subject.place(&["support"]);
        let help = "add `{channel: lending-data, tool: email, url: \"mailto:…\"}` to `support`";
        found.of_contract(place, "no support channel has an address", help);
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn a_channel_has_an_address() {
        breaks("FC-0112", ", url: \"mailto:lending@bank.example\"", "", "support");
        keeps("FC-0112", "mailto:lending@bank.example", "https://chat.bank.example/lending");
    }
}
