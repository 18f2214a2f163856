//! Every dependency is justified: the workspace's list and `docs/DEPENDENCIES.md` name the same crates.

use super::tree::Tree;
use super::{Finding, Net};

const MANIFEST: &str = "Cargo.toml";
const DOCUMENT: &str = "docs/DEPENDENCIES.md";

pub(super) const NET: Net = Net {
    name: "dependencies_documented",
    rule: "each dependency of the workspace stands in docs/DEPENDENCIES.md with its reason (| `name` | reason |), and no other",
    find,
};

fn find(tree: &Tree) -> Vec<Finding> {
    let text = |path| tree.file(path).map(|file| file.text.as_str()).unwrap_or_default();
    let (used, documented) = (dependencies(text(MANIFEST)), rows(text(DOCUMENT)));
    let mut findings = Vec::new();
    for (name, line) in &used {
        if !documented.iter().any(|(other, _)| other == name) {
            findings.push(Finding { key: format!("undocumented {name}"), place: format!("{MANIFEST}:{line}") });
        }
    }
    for (name, line) in &documented {
        if !used.iter().any(|(other, _)| other == name) {
            findings.push(Finding { key: format!("not used {name}"), place: format!("{DOCUMENT}:{line}") });
        }
    }
    findings
}

/// The crates of others in `[workspace.dependencies]`, with their lines.
fn dependencies(manifest: &str) -> Vec<(&str, usize)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (number, line) in manifest.lines().enumerate() {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.starts_with("workspace.dependencies]");
            if let Some(rest) = section.strip_prefix("workspace.dependencies.") {
                found.push((rest.trim_end_matches(']'), number + 1));
            }
        } else if inside && let Some((name, value)) = line.split_once('=') {
            let name = name.trim().trim_end_matches(".workspace");
            let is_name = !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_'));
            if is_name && !value.contains("path =") {
                found.push((name, number + 1));
            }
        }
    }
    found
}

/// The first cells of table rows that name a crate, with their lines; a row without a reason does not count.
fn rows(document: &str) -> Vec<(&str, usize)> {
    let row = |(number, line): (usize, &'_ str)| -> Option<(usize, usize, usize)> {
        let rest = line.strip_prefix("| `")?;
        let (name, rest) = rest.split_once('`')?;
        let reason = rest.trim().trim_matches('|').trim();
        (!reason.is_empty()).then_some((number, 3, 3 + name.len()))
    };
    let lines: Vec<&str> = document.lines().collect();
    lines.iter().copied().enumerate().filter_map(row).map(|(number, from, to)| (&lines[number][from..to], number + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST_TEXT: &str = "[workspace.dependencies]\nmodel = { path = \"crates/model\" }\n\nserde = \"1\"\n# no = \"comment\"\n\
                                 tower-http = { version = \"0.7\" }\n\n[profile.dev]\ndebug = false\n";

    fn keys(document: &str) -> Vec<String> {
        let tree = Tree::of(&[(MANIFEST, MANIFEST_TEXT), (DOCUMENT, document)]);
        find(&tree).into_iter().map(|finding| finding.key).collect()
    }

    #[test]
    fn the_same_crates_on_both_sides_are_fine() {
        assert!(keys("| crate | why |\n|---|---|\n| `serde` | JSON |\n| `tower-http` | layers |\n").is_empty());
    }

    #[test]
    fn a_missing_row_an_empty_reason_and_a_leftover_row_are_found() {
        assert_eq!(
            keys("| `serde` | |\n| `chrono` | old |\n"),
            ["undocumented serde", "undocumented tower-http", "not used chrono"]
        );
    }
}
