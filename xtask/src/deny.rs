//! cargo-deny: which crate may use which, licences, sources, known weaknesses. The rules are in `deny.toml`.

use anyhow::{Result, bail};

use crate::process;
use crate::report::Ended;
use crate::workspace::Workspace;

/// The version that is installed where none is. Fixed, because the meaning of `deny.toml` moves with it.
const VERSION: &str = "0.20.2";

/// Bans, licences and sources; installs cargo-deny when it is missing (about two minutes, once per machine).
pub(crate) fn check(workspace: &Workspace) -> Result<Ended> {
    provide(workspace)?;
    // A wall may stand before its crate is used, such as lettre's.
    let command = ["deny", "--workspace", "--locked", "check", "-A", "unused-wrapper", "bans", "licenses", "sources"];
    Ok(Ended::by(process::run(workspace.cargo().args(command))?))
}

/// Known weaknesses, where the database of advisories can be reached.
pub(crate) fn advisories(workspace: &Workspace) -> Result<Ended> {
    provide(workspace)?;
    if !process::succeeds(workspace.cargo().args(["deny", "--workspace", "--locked", "fetch", "db"])) {
        return Ok(Ended::Skipped("the advisory database cannot be reached".into()));
    }
    let command = ["deny", "--workspace", "--locked", "check", "--disable-fetch", "advisories"];
    Ok(Ended::by(process::run(workspace.cargo().args(command))?))
}

fn provide(workspace: &Workspace) -> Result<()> {
    if process::succeeds(workspace.cargo().args(["deny", "--version"])) {
        return Ok(());
    }
    if !process::run(workspace.cargo().args(["install", "cargo-deny", "--version", VERSION, "--locked"]))? {
        bail!("cargo-deny is missing and could not be installed: cargo install cargo-deny --locked");
    }
    Ok(())
}
