//! Where the project lies, and what cargo says about it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the workspace: beside this package when cargo runs it, else upwards from the working directory.
    pub(crate) fn find() -> Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir().context("the working directory is gone")?,
        };
        for folder in start.ancestors() {
            let manifest = folder.join("Cargo.toml");
            if std::fs::read_to_string(manifest).is_ok_and(|text| text.lines().any(|line| line == "[workspace]")) {
                return Ok(Self { root: folder.to_path_buf() });
            }
        }
        bail!("no workspace at or above {}", start.display());
    }

    /// The root folder, absolute.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A `cargo` that works on this workspace.
    ///
    /// The variables that the outer `cargo run` set for this package are taken out: build scripts watch some of them, and a
    /// plain `cargo test` afterwards would otherwise build C libraries again.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }

    /// `cargo metadata --no-deps`: the workspace's own packages, with their direct dependencies as written.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let text = process::output(self.cargo().args(["metadata", "--format-version=1", "--no-deps"]))?;
        serde_json::from_str(&text).context("cargo metadata printed no JSON")
    }

    /// The folder that cargo builds into.
    pub(crate) fn target_folder(&self) -> Result<PathBuf> {
        let metadata = self.metadata()?;
        let folder = metadata["target_directory"].as_str().context("cargo metadata names no target_directory")?;
        Ok(PathBuf::from(folder))
    }

    /// The folder with exported tenants and metadata: `TENANTATLAS_TEST_DATA`, by default `../shared/graph` beside the
    /// clone; absolute. It need not exist, tests that want it say that they were skipped.
    pub(crate) fn test_data(&self) -> Result<PathBuf> {
        let folder = match std::env::var_os("TENANTATLAS_TEST_DATA") {
            Some(folder) => PathBuf::from(folder),
            None => self.root.join("../shared/graph"),
        };
        match folder.canonicalize() {
            Ok(folder) => Ok(folder),
            Err(_) => std::path::absolute(&folder).with_context(|| format!("no path: {}", folder.display())),
        }
    }
}
