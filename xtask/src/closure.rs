//! The walls between crates, as data: what each may reach through normal dependencies, directly and at any distance.
//!
//! `deny.toml` holds the same walls for direct users; this test also sees what arrives by way of another crate, and it tells
//! normal from development dependencies, which `deny.toml` does not.

mod manifest;

use std::collections::BTreeSet;

use anyhow::Result;

use crate::process;
use crate::report::Ended;
use crate::workspace::Workspace;

/// What one of our crates may reach.
struct Wall {
    package: &'static str,
    /// The crates of ours that it may reach, all of them.
    ours: &'static [&'static str],
    /// Crates of others that it must not reach.
    never: &'static [&'static str],
}

/// Our crates that hold product code; a wall that leaves one out forbids it.
const OURS: &[&str] = &["model", "store", "pages", "outbound", "ops", "web", "graph-sim", "app", "testkit", "xtask"];

const WALLS: &[Wall] = &[
    Wall { package: "model", ours: &[], never: &["tokio", "sqlx", "reqwest", "axum", "maud", "hyper", "lettre"] },
    Wall { package: "pages", ours: &["model"], never: &["tokio", "hyper", "axum", "sqlx", "reqwest", "lettre"] },
    Wall { package: "store", ours: &["model"], never: &["axum", "reqwest", "maud", "lettre"] },
    Wall { package: "outbound", ours: &["model"], never: &["sqlx", "axum", "maud"] },
    Wall { package: "graph-sim", ours: &["model"], never: &["sqlx", "reqwest", "maud", "lettre"] },
    Wall { package: "ops", ours: &["model", "store", "outbound", "graph-sim"], never: &["maud"] },
    Wall { package: "web", ours: &["model", "store", "pages"], never: &["reqwest", "lettre"] },
    Wall { package: "app", ours: &["model", "store", "pages", "outbound", "ops", "web", "graph-sim"], never: &[] },
    Wall { package: "xtask", ours: &[], never: &["tokio", "reqwest", "sqlx", "axum"] },
];

/// Checks every wall.
pub(crate) fn check(workspace: &Workspace) -> Result<Ended> {
    let mut faults = manifest::faults(&workspace.metadata()?);
    for wall in WALLS {
        let tree = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--package", wall.package];
        let reached = packages(&process::output(workspace.cargo().args(tree))?);
        faults.extend(wall.faults(&reached));
    }
    for fault in &faults {
        println!("{fault}");
    }
    Ok(match faults.len() {
        0 => Ended::Passed(format!("{} crates", WALLS.len())),
        count => Ended::Failed(format!("{count} walls are broken")),
    })
}

impl Wall {
    fn faults(&self, reached: &BTreeSet<String>) -> Vec<String> {
        let mut faults = Vec::new();
        for name in reached.iter().map(String::as_str).filter(|name| *name != self.package) {
            if self.never.contains(&name) || (OURS.contains(&name) && !self.ours.contains(&name)) {
                faults.push(format!("{0} reaches {name}; see: cargo tree -e normal -p {0} -i {name}", self.package));
            }
        }
        faults
    }
}

/// The package names in what `cargo tree --prefix none` prints (`name v1.2.3 (…)`, one per line).
fn packages(tree: &str) -> BTreeSet<String> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "pages v0.1.0 (/somewhere/pages)\nmodel v0.1.0 (/somewhere/model)\nmaud v0.27.0\n\ntokio v1.54.0 (*)\n";

    fn pages() -> &'static Wall {
        WALLS.iter().find(|wall| wall.package == "pages").unwrap()
    }

    #[test]
    fn a_forbidden_crate_at_any_distance_is_a_fault() {
        let faults = pages().faults(&packages(TREE));
        assert_eq!(faults, ["pages reaches tokio; see: cargo tree -e normal -p pages -i tokio"]);
    }

    #[test]
    fn one_of_ours_that_is_not_allowed_is_a_fault() {
        let faults = pages().faults(&packages("pages v0.1.0\nmodel v0.1.0\nstore v0.1.0\n"));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("pages reaches store"));
    }

    #[test]
    fn allowed_crates_are_no_fault() {
        assert!(pages().faults(&packages("pages v0.1.0\nmodel v0.1.0\nmaud v0.27.0\n")).is_empty());
    }

    #[test]
    fn every_product_crate_but_the_test_kit_has_a_wall() {
        let without: Vec<_> = OURS.iter().filter(|name| !WALLS.iter().any(|wall| wall.package == **name)).collect();
        assert_eq!(without, [&"testkit"]);
    }
}
