//! Every error code has a page, every page is of a code in use, and all pages have one shape.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::tree::{TextFile, Tree};

const PAGES: &str = "docs/errors/";
const SECTIONS: [&str; 3] = ["## What it means", "## Example", "## What to do"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let used = used(tree);
    let pages: BTreeMap<String, &TextFile> =
        tree.files.iter().filter_map(|file| Some((page_code(&file.path)?, file))).collect();
    let mut findings = Vec::new();
    for (code, (path, line)) in used.iter().filter(|(code, _)| !pages.contains_key(*code)) {
        findings.push(Finding::new(path, *line, format!("`{code}` has no page {PAGES}{code}.md")));
    }
    for (code, page) in &pages {
        if !used.contains_key(code) {
            findings.push(Finding::new(&page.path, 1, format!("no source uses `{code}`")));
        }
        let title = page.text.lines().next().unwrap_or("");
        if !title.starts_with(&format!("# {code}: ")) {
            findings.push(Finding::new(&page.path, 1, format!("the first line must be `# {code}: short title`")));
        }
        for section in SECTIONS {
            if !page.text.lines().any(|line| line == section) {
                findings.push(Finding::new(&page.path, 1, format!("the section `{section}` is missing")));
            }
        }
    }
    findings
}

/// `docs/errors/FC-0001.md` → `FC-0001`.
fn page_code(path: &str) -> Option<String> {
    let name = path.strip_prefix(PAGES)?.strip_suffix(".md")?;
    (code_at(name)? == name).then(|| name.to_owned())
}

/// Each code in use, with the first place that uses it.
fn used(tree: &Tree) -> BTreeMap<String, (String, usize)> {
    let mut used = BTreeMap::new();
    // This room's own sources name codes only to test these checks.
    for file in tree.rust().filter(|file| !file.path.starts_with("xtask/")) {
        let has_table = file.text.contains("Code(");
        for (number, line) in file.lines() {
            let written = line.match_indices("FC-").filter_map(|(at, _)| code_at(line.get(at..)?).map(str::to_owned));
            let numbered = line.match_indices("Code(").filter_map(|(at, _)| numbered(line.get(at + 5..)?, ')'));
            let listed = if has_table { listed(line) } else { None };
            for code in written.chain(numbered).chain(listed) {
                used.entry(code).or_insert_with(|| (file.path.clone(), number));
            }
        }
    }
    used
}

/// The code that the text starts with, if exactly four digits follow `FC-`.
fn code_at(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("FC-")?;
    let count = digits.chars().take_while(char::is_ascii_digit).count();
    if count == 4 { text.get(..7) } else { None }
}

/// `12)` → `FC-0012`, as a code is made.
fn numbered(text: &str, end: char) -> Option<String> {
    let (number, _) = text.split_once(end)?;
    let number: u16 = number.trim().replace('_', "").parse().ok()?;
    Some(format!("FC-{number:04}"))
}

/// `Self::Busy => 3009,` and `BUSY = 3009, …` → `FC-3009`, as codes stand in the rooms' tables.
fn listed(line: &str) -> Option<String> {
    let (_, value) = line.split_once("=> ").or_else(|| line.split_once("= "))?;
    let is_code = value.len() > 4 && value.find(',') == Some(4) && value.starts_with(|first| "12345".contains(first));
    if is_code { numbered(value, ',') } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::finding::lines;
    use super::super::tree::planted;
    use super::*;

    const PAGE: &str = "## What it means\n\n## Example\n\n## What to do\n";

    #[test]
    fn codes_without_pages_and_pages_without_codes_are_found() {
        let page = |code: u16| format!("# FC-{code:04}: title\n{PAGE}");
        let (_folder, tree) = planted(&[
            ("a.rs", "const A: Code = Code(12);\n// FC-0007 is text\nconst B: Code = Code(1_001);\n"),
            ("docs/errors/FC-0012.md", &page(12)),
            ("docs/errors/FC-2001.md", &page(2001)),
            ("docs/errors/README.md", "index\n"),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "a.rs:2: `FC-0007` has no page docs/errors/FC-0007.md",
                "a.rs:3: `FC-1001` has no page docs/errors/FC-1001.md",
                "docs/errors/FC-2001.md:1: no source uses `FC-2001`",
            ]
        );
    }

    #[test]
    fn codes_in_tables_are_found() {
        let table = "fn code() -> Code { Code(match self {\n    Self::A => 3001,\n    Self::B(_) | C => 3002,\n})}\n";
        let kinds = "kinds! {\n    A = 4001, OK, \"a\";\n}\nconst K: Kind = Kind { code: Code($code) };\n";
        let other = "const PORTS: [u16; 1] = [8460];\nconst RETRIES: u16 = 3003, 1;\n";
        let (_folder, tree) = planted(&[("a.rs", table), ("b.rs", kinds), ("c.rs", other)]);
        let codes: Vec<String> = used(&tree).into_keys().collect();
        assert_eq!(codes, ["FC-3001", "FC-3002", "FC-4001"]);
    }

    #[test]
    fn a_page_of_another_shape_is_found() {
        let (_folder, tree) =
            planted(&[("a.rs", "Code(1)\n"), ("docs/errors/FC-0001.md", "# FC-0002: x\n## Example\n")]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "docs/errors/FC-0001.md:1: the first line must be `# FC-0001: short title`",
                "docs/errors/FC-0001.md:1: the section `## What it means` is missing",
                "docs/errors/FC-0001.md:1: the section `## What to do` is missing",
            ]
        );
    }
}
