//! Small files: grow a folder, not a file. The length of functions is clippy's (`too_many_lines`).

use super::finding::Finding;
use super::tree::Tree;

const LINES_MAX: usize = 450;

/// Of every hundred files at least `share` have at most `lines_max` lines.
struct Shape {
    share: usize,
    lines_max: usize,
}

const SHAPES: [Shape; 2] = [Shape { share: 50, lines_max: 150 }, Shape { share: 90, lines_max: 400 }];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let sizes: Vec<(&str, usize)> = tree.rust().map(|file| (file.path.as_str(), file.text.lines().count())).collect();
    let mut findings = Vec::new();
    for (path, lines) in &sizes {
        if *lines > LINES_MAX {
            findings.push(Finding::new(path, LINES_MAX + 1, format!("{lines} lines; at most {LINES_MAX} in a file")));
        }
    }
    for shape in SHAPES {
        let small = sizes.iter().filter(|(_, lines)| *lines <= shape.lines_max).count();
        if small * 100 < sizes.len() * shape.share {
            let message = format!(
                "{small} of {} Rust files have at most {} lines; at least {} of 100 must",
                sizes.len(),
                shape.lines_max,
                shape.share
            );
            findings.push(Finding::new("Cargo.toml", 1, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::finding::lines;
    use super::super::tree::planted;
    use super::*;

    #[test]
    fn a_long_file_and_a_house_of_long_files_are_found() {
        let (short, middle, long) = ("\n".repeat(150), "\n".repeat(151), "\n".repeat(451));
        let (_folder, tree) = planted(&[("a.rs", &short), ("b.rs", &middle), ("c.rs", &long), ("d.md", &long)]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "c.rs:451: 451 lines; at most 450 in a file",
                "Cargo.toml:1: 1 of 3 Rust files have at most 150 lines; at least 50 of 100 must",
                "Cargo.toml:1: 2 of 3 Rust files have at most 400 lines; at least 90 of 100 must",
            ]
        );
    }

    #[test]
    fn small_files_pass() {
        let (_folder, tree) = planted(&[("a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")]);
        assert!(check(&tree).is_empty());
    }
}
