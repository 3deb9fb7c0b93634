//! The text files of the workspace, read once for all checks.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

/// Built, downloaded or local things, which are not the repository's.
const NOT_OURS: [&str; 8] =
    [".git", ".fince", ".venv", "__pycache__", ".pytest_cache", "node_modules", "target", "proptest-regressions"];

/// Larger files are data.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// Every text file below a folder.
pub(crate) struct Tree {
    /// Sorted by path.
    pub(crate) files: Vec<TextFile>,
}

/// A text file.
pub(crate) struct TextFile {
    /// Relative to the root, with forward slashes.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

impl Tree {
    /// Reads the text files below `root`; binary files and data are left out.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_ours) {
            let entry = entry.context("cannot walk the workspace")?;
            if !entry.file_type().is_file() || entry.metadata()?.len() > TEXT_BYTES_MAX {
                continue;
            }
            let bytes = fs::read(entry.path()).with_context(|| format!("cannot read `{}`", entry.path().display()))?;
            if let Ok(text) = String::from_utf8(bytes) {
                let path = entry.path().strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                files.push(TextFile { path, text });
            }
        }
        Ok(Self { files })
    }

    /// The file at `path`.
    pub(crate) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.has_extension("rs"))
    }

    /// The manifests of crates, without the workspace's own.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"))
    }
}

impl TextFile {
    /// Whether the name ends with `.extension`.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }

    /// The file's own name.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Lines, counted from one.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The first line that starts with `start`, or the first line of the file.
    pub(crate) fn line_of(&self, start: &str) -> usize {
        self.lines().find(|(_, line)| line.starts_with(start)).map_or(1, |(line, _)| line)
    }
}

fn is_ours(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !NOT_OURS.iter().any(|name| entry.file_name() == *name)
}

/// A tree written to a temporary folder and read back, for the tests of the checks.
#[cfg(test)]
pub(crate) fn planted(files: &[(&str, &str)]) -> (tempfile::TempDir, Tree) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let tree = Tree::read(folder.path()).expect("a tree");
    (folder, tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_and_binary_files_are_not_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, bytes) in
            [("a.rs", b"fn a() {}".as_slice()), ("target/b.rs", b"fn b() {}"), ("sample/c.parquet", b"\xff\xfe\x00")]
        {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        let tree = Tree::read(folder.path()).expect("a tree");
        let paths: Vec<_> = tree.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.rs"]);
    }
}
