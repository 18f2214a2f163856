//! `cargo xtask ci`: what `.ci/run` calls.

use anyhow::Result;

use crate::command::{check, test};
use crate::report::Report;
use crate::workspace::Workspace;

/// Checks, then tests, also when a check failed: one run names everything that is wrong.
pub(crate) fn main() -> Result<bool> {
    let workspace = Workspace::find()?;
    let mut report = Report::default();
    check::run(&workspace, &mut report);
    test::run(&workspace, &test::Options::default(), &mut report);
    Ok(report.close())
}
