//! schemathesis, which makes requests up from the OpenAPI document.

use std::path::PathBuf;

use anyhow::Result;

use crate::python;
use crate::workspace::Workspace;

/// The program; installs it when it is not there yet.
///
/// # Errors
/// When there is no Python that can make an environment, or the packages cannot be had. The test that needs it says then that it is
/// skipped.
pub(crate) fn provide(workspace: &Workspace) -> Result<PathBuf> {
    let folder = python::environment(workspace, "tests/api/requirements.txt", "schemathesis")?;
    Ok(folder.join("bin/schemathesis"))
}
