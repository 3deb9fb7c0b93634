//! The index of error codes, from the titles of their pages.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Where the index is.
pub(super) const PATH: &str = "docs/errors/README.md";

const HEAD: &str = "# Error codes

Every error that FinCe shows has a code `FC-nnnn` that never changes its meaning, and a page that says what it means and
what to do. This index is derived from the pages' titles by `cargo xtask generate`.
";

/// The first code of each range and what the range is about.
const RANGES: [(u16, &str); 6] = [
    (1, "Contracts and manifests"),
    (1001, "Sources, models, checks, publishing"),
    (2001, "Queries and governed reads"),
    (3001, "Flight"),
    (4001, "Governance"),
    (5001, "Products and the command line"),
];

/// The text of the index for the pages below `root`.
pub(super) fn derive(root: &Path) -> Result<String> {
    let folder = Path::new(PATH).parent().context("the index stands in a folder")?;
    let mut titles = Vec::new();
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(code) = name.strip_prefix("FC-").and_then(|rest| rest.strip_suffix(".md")) else { continue };
        let number: u16 = code.parse().with_context(|| format!("`{name}` is not named after a code"))?;
        let text = fs::read_to_string(entry.path()).with_context(|| format!("cannot read `{name}`"))?;
        let Some((_, title)) = text.lines().next().and_then(|line| line.split_once(": ")) else {
            bail!("`{name}` has no title");
        };
        titles.push((number, title.to_owned()));
    }
    titles.sort();
    Ok(written(&titles))
}

fn written(titles: &[(u16, String)]) -> String {
    let mut text = HEAD.to_owned();
    let ends = RANGES.iter().skip(1).map(|(start, _)| *start).chain([u16::MAX]);
    for ((start, about), end) in RANGES.iter().zip(ends) {
        let listed: Vec<_> = titles.iter().filter(|(code, _)| (*start..end).contains(code)).collect();
        if listed.is_empty() {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {about}\n\n| code | meaning |\n|---|---|\n");
        for (code, title) in listed {
            let _ = writeln!(text, "| [FC-{code:04}](FC-{code:04}.md) | {title} |");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_listed_by_range_and_code() {
        let folder = tempfile::tempdir().expect("a folder");
        let pages = folder.path().join("docs/errors");
        fs::create_dir_all(&pages).expect("a folder");
        for (name, title) in
            [("FC-3002.md", "# FC-3002: b"), ("FC-0001.md", "# FC-0001: a"), ("FC-3001.md", "# FC-3001: c")]
        {
            fs::write(pages.join(name), title).expect("a page");
        }
        let index = derive(folder.path()).expect("an index");
        let table: Vec<&str> = index.lines().filter(|line| line.starts_with("| [") || line.starts_with("##")).collect();
        assert_eq!(
            table,
            [
                "## Contracts and manifests",
                "| [FC-0001](FC-0001.md) | a |",
                "## Flight",
                "| [FC-3001](FC-3001.md) | c |",
                "| [FC-3002](FC-3002.md) | b |",
            ]
        );
    }

    #[test]
    fn a_page_without_a_title_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let pages = folder.path().join("docs/errors");
        fs::create_dir_all(&pages).expect("a folder");
        fs::write(pages.join("FC-0001.md"), "nothing").expect("a page");
        assert_eq!(derive(folder.path()).expect_err("an error").to_string(), "`FC-0001.md` has no title");
    }
}
