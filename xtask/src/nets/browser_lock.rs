//! The lock file of the browser tests pins content, not a registry's address.

use super::tree::Tree;
use super::{Finding, Net};

const LOCK: &str = "tests/browser/package-lock.json";

pub(super) const NET: Net = Net {
    name: "browser_lock",
    rule: "tests/browser/package-lock.json names no host and no `resolved` address (npm's omit-lockfile-registry-resolved)",
    find,
};

fn find(tree: &Tree) -> Vec<Finding> {
    let text = tree.file(LOCK).map(|file| file.text.as_str()).unwrap_or_default();
    let lines = text.lines().enumerate();
    let foreign = lines.filter(|(_, line)| line.contains("\"resolved\"") || line.contains("://"));
    foreign.map(|(number, _)| Finding { key: "address".into(), place: format!("{LOCK}:{}", number + 1) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found() {
        let text =
            "{\n  \"version\": \"1.0.0\",\n  \"resolved\": \"https://registry.example/a.tgz\",\n  \"integrity\": \"sha512-x\"\n}";
        assert_eq!(find(&Tree::of(&[(LOCK, text)])).len(), 1);
        assert!(find(&Tree::of(&[(LOCK, "{\"integrity\": \"sha512-x\"}")])).is_empty());
    }
}
