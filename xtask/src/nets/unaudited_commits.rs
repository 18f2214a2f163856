//! Every change is audited; commits without an audit entry are counted.

use super::source::{line_of, words};
use super::tree::Tree;
use super::{Finding, Net};

pub(super) const NET: Net = Net {
    name: "unaudited_commits",
    rule: "a transaction ends with an audit entry; commit_unaudited is for leases, sessions and the like, counted per file",
    find,
};

fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| file.path.starts_with("crates/")) {
        let code = &source.code;
        let calls: Vec<usize> = words(code, "commit_unaudited").filter(|at| !code[..*at].trim_end().ends_with("fn")).collect();
        if let Some(first) = calls.first() {
            findings.push(Finding {
                key: format!("{}: {}", file.path, calls.len()),
                place: format!("{}:{}", file.path, line_of(code, *first)),
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_per_file_and_the_definition_is_none() {
        let found = find(&Tree::of(&[
            ("crates/store/src/db.rs", "pub async fn commit_unaudited(self, why: &str) {}"),
            ("crates/store/src/sessions.rs", "a();\ntx.commit_unaudited(\"session\").await;\ntx.commit_unaudited(\"x\").await;"),
        ]));
        assert_eq!(
            found,
            [Finding { key: "crates/store/src/sessions.rs: 2".into(), place: "crates/store/src/sessions.rs:2".into() }]
        );
    }
}
