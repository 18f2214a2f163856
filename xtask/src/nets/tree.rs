//! The project's text files, read once for all nets.

use std::path::Path;

use anyhow::{Context, Result};

use super::source::Source;

/// A text file of the project.
pub(super) struct File {
    /// Relative to the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// Of Rust files, taken apart.
    source: Option<Source>,
}

/// All files that nets look at.
pub(super) struct Tree(Vec<File>);

/// Folders that hold no source of ours.
const NOT_OURS: &[&str] = &["target", "node_modules", "screenshots"];

/// What lies in the root and has to be read, beside everything under `FOLDERS`.
const SINGLE: &[&str] = &["Cargo.toml", "deny.toml", "clippy.toml", "docs/DEPENDENCIES.md"];

const FOLDERS: &[&str] = &["crates", "xtask", "tests"];

const ENDS: &[&str] = &["rs", "sql", "toml", "js", "mjs", "css", "html", "json"];

impl Tree {
    /// Reads the project. Generated and foreign folders, links and hidden files are left out.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for name in SINGLE {
            if let Ok(text) = std::fs::read_to_string(root.join(name)) {
                files.push(File::new((*name).to_owned(), text));
            }
        }
        for name in FOLDERS {
            walk(&root.join(name), name, &mut files)?;
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(files))
    }

    /// A tree of given files, for tests.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File::new((*path).into(), (*text).into());
        Self(files.iter().map(file).collect())
    }

    /// All files, by path.
    pub(super) fn files(&self) -> &[File] {
        &self.0
    }

    /// One file.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.0.iter().find(|file| file.path == path)
    }

    /// The Rust files that are not tests, of crates and chores.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.0.iter().filter(|file| !file.is_test()).filter_map(|file| Some((file, file.source()?)))
    }
}

impl File {
    fn new(path: String, text: String) -> Self {
        let source = path.ends_with(".rs").then(|| Source::parse(&text));
        Self { path, text, source }
    }

    /// Of a Rust file, its parts.
    pub(super) fn source(&self) -> Option<&Source> {
        self.source.as_ref()
    }

    /// True for files that hold only tests: under a folder `tests` or `benches`, or named `tests.rs`.
    pub(super) fn is_test(&self) -> bool {
        let mut parts = self.path.split('/');
        parts.any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
    }
}

fn walk(folder: &Path, path: &str, files: &mut Vec<File>) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{path}/{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) && !name.starts_with('.') {
            walk(&entry.path(), &path, files)?;
        } else if kind.is_file() && name.rsplit_once('.').is_some_and(|(_, end)| ENDS.contains(&end)) {
            let text = std::fs::read_to_string(entry.path()).with_context(|| format!("{path} is no text"))?;
            files.push(File::new(path, text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_known_by_their_place() {
        let tree = Tree::of(&[("crates/a/tests/x.rs", ""), ("crates/a/src/x/tests.rs", ""), ("crates/a/src/tests_of.rs", "")]);
        let tests: Vec<bool> = tree.files().iter().map(File::is_test).collect();
        assert_eq!(tests, [true, true, false]);
    }
}
