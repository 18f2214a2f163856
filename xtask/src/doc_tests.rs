//! Which crates have examples in their documentation. Running rustdoc over crates without any costs seconds and finds nothing.

use std::path::Path;

use crate::workspace::Workspace;
use anyhow::Result;
use serde_json::Value;

/// The names of our library crates whose doc comments hold code that rustdoc would run.
pub(crate) fn crates(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = workspace.metadata()?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let with_tests = packages.iter().filter(|package| library(package).is_some_and(has_example));
    Ok(with_tests.filter_map(|package| Some(package["name"].as_str()?.to_owned())).collect())
}

/// The source folder of a package's library.
fn library(package: &Value) -> Option<&Path> {
    let targets = package["targets"].as_array()?;
    let target = targets.iter().find(|target| target["kind"][0] == "lib")?;
    Path::new(target["src_path"].as_str()?).parent()
}

fn has_example(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    entries.into_iter().any(|path| {
        if path.is_dir() {
            return has_example(&path);
        }
        path.extension().is_some_and(|end| end == "rs") && std::fs::read_to_string(&path).is_ok_and(|text| is_example(&text))
    })
}

/// True when a doc comment opens a code block that rustdoc takes for Rust.
fn is_example(source: &str) -> bool {
    let mut inside = false;
    source.lines().any(|line| {
        let line = line.trim_start();
        let Some(doc) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            inside = false;
            return false;
        };
        let Some(info) = doc.trim_start().strip_prefix("```") else { return false };
        inside = !inside;
        let rust = ["rust", "no_run", "should_panic", "compile_fail", "edition2024"];
        inside && info.trim().split(',').all(|word| word.trim().is_empty() || rust.contains(&word.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_in_a_doc_comment_is_an_example() {
        assert!(is_example("/// Adds.\n///\n/// ```\n/// assert_eq!(1 + 1, 2);\n/// ```\nfn add() {}"));
        assert!(is_example("//! ```no_run\n//! loop {}\n//! ```"));
    }

    #[test]
    fn other_blocks_are_no_examples() {
        assert!(!is_example("//! ```text\n//! a → b\n//! ```\n\n/// Nothing.\nfn f() {}"));
        assert!(!is_example("/// ```sql\n/// select 1\n/// ```"));
        assert!(!is_example("// ```\n// no doc comment\n// ```"));
    }
}
