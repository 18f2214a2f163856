//! Nets: rules about the sources that the compiler cannot check. One file each.
//!
//! A net gives findings. A finding whose key stands in `xtask/allow/<net>.txt` is tolerated; these lists may only shrink, so an
//! entry that matches nothing any more is an error too. Nets read text: they stop mistakes, not malice.

mod allowlist;
mod badges;
mod browser_lock;
mod dependencies;
mod file_size;
mod legacy_runs;
mod migrations;
mod outbound_clients;
mod provider_calls;
mod registry;
mod run_state;
mod source;
mod sql;
mod store_scopes;
mod tree;
mod unaudited_commits;

use std::path::Path;

use anyhow::Result;

use crate::report::Ended;
use allowlist::Allowlist;
use tree::Tree;

/// A rule and how to find what breaks it.
struct Net {
    /// The name, which also names the allowlist.
    name: &'static str,
    /// What holds, and why; printed with a finding.
    rule: &'static str,
    find: fn(&Tree) -> Vec<Finding>,
}

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// What stands in an allowlist: stable while unrelated lines move.
    key: String,
    /// `path:line`.
    place: String,
}

const NETS: &[Net] = &[
    file_size::NET,
    legacy_runs::NET,
    run_state::BACKFILL,
    run_state::WRITES,
    store_scopes::NET,
    unaudited_commits::NET,
    outbound_clients::NET,
    provider_calls::NET,
    dependencies::NET,
    browser_lock::NET,
    badges::NET,
    registry::ROLES,
    registry::CAPABILITIES,
    migrations::NET,
];

/// Casts every net over the project.
pub(crate) fn check(root: &Path) -> Result<Ended> {
    let tree = Tree::read(root)?;
    let mut faults = 0;
    for net in NETS {
        let allowed = Allowlist::read(&root.join("xtask/allow").join(format!("{}.txt", net.name)))?;
        let said = allowed.compare((net.find)(&tree));
        if !said.is_empty() {
            println!("{}: {}", net.name, net.rule);
        }
        for line in &said {
            println!("  {line}");
        }
        faults += said.len();
    }
    Ok(match faults {
        0 => Ended::Passed(format!("{} nets over {} files", NETS.len(), tree.files().len())),
        count => Ended::Failed(format!("{count} findings")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_net_has_its_own_name() {
        let mut names: Vec<_> = NETS.iter().map(|net| net.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NETS.len());
    }
}
