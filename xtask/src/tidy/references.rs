//! What a document names exists: links of every Markdown file, and the files that ARCHITECTURE.md walks through.

use std::path::Path;

use super::finding::Finding;
use super::tree::{TextFile, Tree};

/// Its file names are relative to the root.
const WALKS: &str = "ARCHITECTURE.md";

const EXTENSIONS: [&str; 5] = [".rs", ".sql", ".yaml", ".json", ".md"];

pub(crate) fn check(root: &Path, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.has_extension("md")) {
        let folder = root.join(&file.path).parent().map(Path::to_path_buf).unwrap_or_default();
        for (number, line) in outside_fences(file) {
            let missing = links(line).filter(|link| !folder.join(link).exists());
            let missing = missing.chain(named_files(file, line).filter(|name| !root.join(name).exists()));
            findings.extend(missing.map(|name| Finding::new(&file.path, number, format!("`{name}` does not exist"))));
        }
    }
    findings
}

fn outside_fences(file: &TextFile) -> impl Iterator<Item = (usize, &str)> {
    let mut in_fence = false;
    file.lines().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_fence ^= is_fence;
        !in_fence && !is_fence
    })
}

/// `](target)`, without anchors and addresses.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let paths = targets.map(|target| target.split('#').next().unwrap_or(target));
    paths.filter(|path| !path.is_empty() && !path.contains(':'))
}

/// Words in backticks that are paths of files, without placeholders.
fn named_files<'a>(file: &TextFile, line: &'a str) -> impl Iterator<Item = &'a str> {
    let words = if file.path == WALKS { line } else { "" }.split('`').skip(1).step_by(2);
    let is_path = |word: &&str| word.contains('/') && EXTENSIONS.iter().any(|extension| word.ends_with(extension));
    words.filter(is_path).filter(|word| !word.contains(['*', '<', ' ']))
}

#[cfg(test)]
mod tests {
    use super::super::finding::lines;
    use super::super::tree::planted;
    use super::*;

    #[test]
    fn links_and_named_files_that_lead_nowhere_are_found() {
        let walks = "`src/here.rs`, `src/gone.rs`, `src/*.rs`\n```text\n[x](in-fence.md)\n```\n[a](docs/a.md#x) [b](https://a.b)\n";
        let (folder, tree) = planted(&[
            ("src/here.rs", ""),
            ("ARCHITECTURE.md", walks),
            ("docs/a.md", "[up](../ARCHITECTURE.md) [gone](b.md) `src/gone.rs`\n"),
        ]);
        assert_eq!(
            lines(&check(folder.path(), &tree)),
            ["ARCHITECTURE.md:1: `src/gone.rs` does not exist", "docs/a.md:1: `b.md` does not exist"]
        );
    }
}
