//! The lock files of the tests' npm packages pin content, not a registry's address.

use super::tree::Tree;
use super::{Finding, Net};

const LOCKS: [&str; 2] = ["tests/browser/package-lock.json", "tests/oidc/package-lock.json"];

pub(super) const NET: Net = Net {
    name: "browser_lock",
    rule: "the lock files of tests/browser and tests/oidc name no host but those of sponsors, and no `resolved` address (npm's omit-lockfile-registry-resolved)",
    find,
};

fn find(tree: &Tree) -> Vec<Finding> {
    LOCKS.iter().flat_map(|lock| of_one(tree, lock)).collect()
}

fn of_one(tree: &Tree, lock: &str) -> Vec<Finding> {
    let text = tree.file(lock).map(|file| file.text.as_str()).unwrap_or_default();
    let sponsor = |line: &str| line.trim_start().starts_with("\"url\":");
    let lines = text.lines().enumerate();
    let foreign = lines.filter(|(_, line)| line.contains("\"resolved\"") || (line.contains("://") && !sponsor(line)));
    foreign.map(|(number, _)| Finding { key: "address".into(), place: format!("{lock}:{}", number + 1) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found() {
        let text =
            "{\n  \"version\": \"1.0.0\",\n  \"resolved\": \"https://registry.example/a.tgz\",\n  \"integrity\": \"sha512-x\"\n}";
        assert_eq!(find(&Tree::of(&[(LOCKS[0], text)])).len(), 1);
        assert_eq!(find(&Tree::of(&[(LOCKS[1], text)])).len(), 1);
        assert!(find(&Tree::of(&[(LOCKS[0], "{\"integrity\": \"sha512-x\"}")])).is_empty());
    }
}
