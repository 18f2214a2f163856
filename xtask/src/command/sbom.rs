//! `cargo xtask sbom`: what the program is made of, as CycloneDX JSON.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{process, sbom};

/// What may be chosen.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where to write it; else to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes it.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let bill = serde_json::to_string_pretty(&of_the_product(&Workspace::find()?)?)?;
    match &options.out {
        Some(file) => std::fs::write(file, bill + "\n").with_context(|| format!("cannot write {}", file.display()))?,
        None => println!("{bill}"),
    }
    Ok(true)
}

/// Of the program as it is built for Linux, with all that Cargo.lock fixes.
pub(crate) fn of_the_product(workspace: &Workspace) -> Result<Value> {
    let arguments = ["metadata", "--locked", "--format-version=1", "--filter-platform=x86_64-unknown-linux-gnu"];
    let text = process::output(workspace.cargo().args(arguments))?;
    let metadata = serde_json::from_str(&text).context("cargo metadata printed no JSON")?;
    let lock = std::fs::read_to_string(workspace.root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    sbom::bill(&metadata, &lock, "app")
}
