//! `cargo xtask nets`: the part of `check` that takes a second and compiles nothing.

use anyhow::Result;

use crate::report::Report;
use crate::workspace::Workspace;
use crate::{closure, nets};

/// The nets and the walls between crates.
pub(crate) fn main() -> Result<bool> {
    let workspace = Workspace::find()?;
    let mut report = Report::default();
    report.step("nets", || nets::check(workspace.root()));
    report.step("walls between crates", || closure::check(&workspace));
    Ok(report.close())
}
