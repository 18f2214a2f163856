//! Environments of Python with packages in exact versions, below the target folder.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The copy of the list of packages that says what is installed.
const STAMP: &str = "installed-requirements.txt";

/// The folder of an environment with the packages of that list; makes it when it is not there yet.
///
/// # Errors
/// When there is no Python that can make one, or the packages cannot be had.
pub(crate) fn environment(workspace: &Workspace, list: &str, name: &str) -> Result<PathBuf> {
    let list = workspace.root().join(list);
    let (wanted, folder) = (std::fs::read(&list)?, workspace.target_folder()?.join(name));
    let python = folder.join("bin/python");
    if python.is_file() && std::fs::read(folder.join(STAMP)).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    if !process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))? {
        bail!("python3 cannot make an environment (on Debian: apt-get install python3-venv)");
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "-r"];
    if !process::run(Command::new(python).args(pip).arg(&list))? {
        bail!("its packages cannot be had");
    }
    std::fs::write(folder.join(STAMP), wanted)?;
    Ok(folder)
}
