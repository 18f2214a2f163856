//! schemathesis, which makes requests up from the OpenAPI document: Python packages in exact versions, below the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The copy of the list of packages that says what is installed.
const STAMP: &str = "installed-requirements.txt";

/// The program; installs it when it is not there yet.
///
/// # Errors
/// When there is no Python that can make an environment, or the packages cannot be had. The test that needs it says then that it is
/// skipped.
pub(crate) fn provide(workspace: &Workspace) -> Result<PathBuf> {
    let list = workspace.root().join("tests/api/requirements.txt");
    let (wanted, folder) = (std::fs::read(&list)?, workspace.target_folder()?.join("schemathesis"));
    let program = folder.join("bin/schemathesis");
    if program.is_file() && std::fs::read(folder.join(STAMP)).is_ok_and(|installed| installed == wanted) {
        return Ok(program);
    }
    if !process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))? {
        bail!("python3 cannot make an environment (on Debian: apt-get install python3-venv)");
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "-r"];
    if !process::run(Command::new(python(&folder)).args(pip).arg(&list))? {
        bail!("its packages cannot be had");
    }
    std::fs::write(folder.join(STAMP), wanted)?;
    Ok(program)
}

fn python(folder: &Path) -> PathBuf {
    folder.join("bin/python")
}
