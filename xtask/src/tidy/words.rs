//! What does not belong in the repository: hosts of package registries, paths of one machine, things left open.

use super::finding::Finding;
use super::tree::Tree;

/// Each needle is written in two parts, so that this list does not find itself.
const NEEDLES: [(&str, &str, Kind); 24] = [
    ("crates", ".io", Kind::Host),
    ("npmjs", ".", Kind::Host),
    ("yarnpkg", ".com", Kind::Host),
    ("jsr", ".io", Kind::Host),
    ("unpkg", ".com", Kind::Host),
    ("jsdelivr", ".net", Kind::Host),
    ("pypi", ".org", Kind::Host),
    ("pythonhosted", ".org", Kind::Host),
    ("anaconda", ".org", Kind::Host),
    ("golang", ".org", Kind::Host),
    ("rubygems", ".org", Kind::Host),
    ("maven", ".org", Kind::Host),
    ("docker", ".io", Kind::Host),
    ("ghcr", ".io", Kind::Host),
    ("quay", ".io", Kind::Host),
    ("/wo", "rk/", Kind::Path),
    ("/fa", "rm/", Kind::Path),
    ("/ro", "ot/", Kind::Path),
    ("/ho", "me/", Kind::Path),
    ("/Us", "ers/", Kind::Path),
    ("../sh", "ared", Kind::Path),
    ("TO", "DO", Kind::Mark),
    ("FIX", "ME", Kind::Mark),
    ("XX", "X", Kind::Mark),
];

#[derive(Clone, Copy)]
enum Kind {
    Host,
    Path,
    Mark,
}

/// Written by tools or for lawyers, not by us.
const NOT_WRITTEN_HERE: [&str; 4] = ["Cargo.lock", "LICENSE", "package-lock.json", "pnpm-lock.yaml"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let needles = NEEDLES.map(|(first, second, kind)| (format!("{first}{second}"), kind));
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !NOT_WRITTEN_HERE.contains(&file.name())) {
        for (number, line) in file.lines() {
            for (needle, kind) in &needles {
                if stands_in(line, needle, *kind) {
                    let message = format!("`{needle}`: {}", kind.reason());
                    findings.push(Finding::new(&file.path, number, message));
                }
            }
        }
    }
    findings
}

impl Kind {
    fn reason(self) -> &'static str {
        match self {
            Self::Host => "no host of a package registry; its name in words is enough",
            Self::Path => "a path of one machine does not exist on another",
            Self::Mark => "nothing is left open in the text: finish it, or open an issue",
        }
    }
}

/// Whether the needle stands in the line on its own: not as the end of a longer word, nor a path's middle.
fn stands_in(line: &str, needle: &str, kind: Kind) -> bool {
    let in_word = |found: Option<char>| found.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(needle).any(|(at, _)| {
        let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + needle.len()..).unwrap_or(""));
        let last = before.chars().next_back();
        match kind {
            Kind::Host => !in_word(last),
            Kind::Path => needle.starts_with('.') || !(in_word(last) || last.is_some_and(|c| ".-)}>~*".contains(c))),
            Kind::Mark => !in_word(last) && !in_word(after.chars().next()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::lines;
    use super::super::tree::planted;
    use super::*;

    #[test]
    fn every_needle_is_found() {
        for (first, second, _) in NEEDLES {
            let (_folder, tree) = planted(&[("a.md", &format!("see {first}{second} there\n"))]);
            assert_eq!(check(&tree).len(), 1, "{first}{second}");
        }
    }

    #[test]
    fn the_place_and_the_reason_are_told() {
        let text = ["fine\n// ", NEEDLES[21].0, NEEDLES[21].1, ": later\n"].concat();
        let (_folder, tree) = planted(&[("src/a.rs", &text), ("Cargo.lock", &text)]);
        let mark = [NEEDLES[21].0, NEEDLES[21].1].concat();
        assert_eq!(
            lines(&check(&tree)),
            [format!("src/a.rs:2: `{mark}`: nothing is left open in the text: finish it, or open an issue")]
        );
    }

    #[test]
    fn parts_of_longer_words_are_not_found() {
        let harmless = ["target", NEEDLES[15].0, NEEDLES[15].1, "x mycrates.ion ", NEEDLES[23].0, NEEDLES[23].1, "L\n"];
        let (_folder, tree) = planted(&[("a.md", &harmless.concat())]);
        assert_eq!(lines(&check(&tree)), Vec::<String>::new());
    }
}
