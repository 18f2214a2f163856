//! The browser tests: playwright-core and axe-core from npm, on the distribution's Chromium, run by Node's own test runner.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine::Tools;
use crate::process;
use crate::workspace::Workspace;

/// The copy of the lock file that says which packages `node_modules` holds.
const STAMP: &str = "node_modules/.installed-lock.json";

/// Runs the browser tests against a built program; gives whether they passed and Node's closing figures.
pub(crate) fn test(workspace: &Workspace, tools: &Tools, program: &Path, filter: Option<&str>) -> Result<(bool, Vec<String>)> {
    let folder = workspace.root().join("tests/browser");
    install(&folder)?;
    let files = test_files(&folder)?;
    let mut node = Command::new(tools.node()?);
    node.current_dir(workspace.root())
        .args(["--test", "--test-reporter=spec"])
        .env("CHROMIUM", tools.chromium()?)
        .env("TENANTATLAS_BIN", program)
        .env("TENANTATLAS_TEST_DATA", workspace.test_data()?);
    // What signs people in there is a package of its own; without it the test that needs it says so.
    let provider = workspace.root().join("tests/oidc");
    match install(&provider) {
        Ok(()) => drop(node.env("OIDC_PROVIDER", provider.join("provider.mjs"))),
        Err(error) => println!("{error:#}"),
    }
    if let Some(filter) = filter {
        node.arg(format!("--test-name-pattern={filter}"));
    }
    process::watch(node.args(files), |line| is_figure(line) || line.starts_with("SKIPPED:"))
}

/// True for the lines `ℹ tests 3`, `ℹ pass 3` … with which Node ends.
fn is_figure(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words[..], ["ℹ" | "#", "tests" | "pass" | "fail" | "skipped", number] if number.parse::<u32>().is_ok())
}

/// Node's figures as one line: `tests 3, pass 3, fail 0, skipped 0`.
pub(crate) fn one_line(lines: &[String]) -> String {
    let figures = lines.iter().filter(|line| is_figure(line));
    figures.map(|line| line.trim_start_matches(['ℹ', '#', ' '])).collect::<Vec<_>>().join(", ")
}

/// Brings `node_modules` to what the lock file says, when it is not there yet.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    if std::fs::read(folder.join(STAMP)).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"];
    if !process::run(Command::new("npm").current_dir(folder).args(options))? {
        bail!("npm ci failed in {}; leave the browser tests out with --no-browser", folder.display());
    }
    std::fs::write(folder.join(STAMP), lock)?;
    Ok(())
}

/// The test files by name: what a folder means to `node --test` differs between Node's versions.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    if files.is_empty() {
        bail!("there are no browser tests in {}", folder.display());
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_figures_of_node_become_one_line() {
        let lines = ["ℹ tests 3", "ℹ suites 0", "ℹ pass 2", "ℹ fail 1", "SKIPPED: no data"].map(str::to_owned);
        assert_eq!(one_line(&lines), "tests 3, pass 2, fail 1");
    }
}
