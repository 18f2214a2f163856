//! What a net tolerates for now: one key per line, `#` begins a comment. A key that occurs twice stands there twice.

use std::path::Path;

use anyhow::{Context, Result};

use super::Finding;

/// The keys of one list.
pub(super) struct Allowlist(Vec<String>);

impl Allowlist {
    /// Reads a list; a list that does not exist tolerates nothing.
    pub(super) fn read(file: &Path) -> Result<Self> {
        if !file.exists() {
            return Ok(Self(Vec::new()));
        }
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let keys = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        Self(keys.filter(|key| !key.is_empty()).map(str::to_owned).collect())
    }

    /// One line for each finding that is not tolerated and for each entry that matches nothing.
    pub(super) fn compare(mut self, findings: Vec<Finding>) -> Vec<String> {
        let mut said = Vec::new();
        for finding in findings {
            match self.0.iter().position(|key| *key == finding.key) {
                Some(index) => drop(self.0.swap_remove(index)),
                None => said.push(format!("{}  [{}]", finding.place, finding.key)),
            }
        }
        self.0.sort();
        said.extend(self.0.iter().map(|key| format!("the allowlist names what no longer exists: {key}")));
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(key: &str) -> Finding {
        Finding { key: key.into(), place: "x.rs:1".into() }
    }

    #[test]
    fn what_is_listed_is_tolerated() {
        let list = Allowlist::parse("# why\na.rs::find # reason\n\nb.rs::find\n");
        assert!(list.compare(vec![finding("b.rs::find"), finding("a.rs::find")]).is_empty());
    }

    #[test]
    fn what_is_not_listed_is_said_with_its_place_and_key() {
        assert_eq!(Allowlist::parse("").compare(vec![finding("a")]), ["x.rs:1  [a]"]);
    }

    #[test]
    fn an_entry_that_matches_nothing_is_an_error() {
        let said = Allowlist::parse("gone").compare(Vec::new());
        assert_eq!(said, ["the allowlist names what no longer exists: gone"]);
    }

    #[test]
    fn one_entry_tolerates_one_finding() {
        assert_eq!(Allowlist::parse("a").compare(vec![finding("a"), finding("a")]).len(), 1);
    }
}
